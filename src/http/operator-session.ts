/**
 * Who asks, where it is an operator: the token of a session in `Authorization: Bearer`. The operator's row is read for every
 * request, so that disabling and ending act at once. Unknown, ended and expired sessions get one and the same answer. A lockout
 * ends no session: whoever guesses at a name would throw its owner out.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DeniedCaller } from '../engine/denials/denial-command.ts';
import { ledgerByRef } from '../engine/ledgers/ledger-view.ts';
import { operatorActor, operatorId, sessionId } from '../engine/operators/submit.ts';
import type { ListedLedger } from '../engine/read-rows.ts';
import type { Engine } from '../engine/use-case.ts';
import { type Grant, permissionsAt, permissionsBeyond, visibleLedgers } from '../identity/grant.ts';
import { isLive, type OperatorSession } from '../identity/operator.ts';
import { isFresh } from '../identity/operator-change.ts';
import { operatorOfToken } from '../identity/operator-token.ts';
import { sha256Hex } from '../kernel/canonical-json.ts';
import { FailureError } from '../kernel/failure.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import { type Authenticated, EndedCredential } from './authenticate.ts';
import type { BoundRoute } from './routes.ts';

export const LEDGER_HEADER = 'Bahi-Ledger';

const MINUTE_MICROS = 60_000_000;
const NOTED_MAX = 10_000;

export interface SignedIn {
  readonly operator: number;
  readonly grants: readonly Grant[];
  readonly session: OperatorSession;
}

export type SessionReader = (token: string) => Promise<SignedIn>;

/** The returned function fails with `unauthenticated`, and with the faults of the store. */
export function createSessionReader({
  operators,
  clock,
}: Pick<Engine, 'operators' | 'clock'>): SessionReader {
  /** The last minute noted of each session: one note a minute is enough. */
  const noted = new Map<number, number>();
  return async (token) => {
    const operator = operatorOfToken(token);
    const found = operator === undefined ? undefined : await operators.store.find(operator, false);
    const hash = Buffer.from(sha256Hex(token));
    const now = clock.nowMicros();
    const session = found?.state.sessions.find(({ tokenHash }) =>
      timingSafeEqual(Buffer.from(tokenHash), hash),
    );
    if (!found || !session || found.state.status !== 'enrolled') throw new FailureError('unauthenticated');
    if (!isLive(session, found.seen.get(session.id), now))
      throw new EndedCredential(INSTALLATION_LEDGER, sessionCaller(found.state.id, session.id));
    const minute = Math.floor(now / MINUTE_MICROS);
    if (noted.get(session.id) !== minute) {
      await operators.store.noteUse(session.id, minute);
      if (noted.size >= NOTED_MAX) noted.clear();
      noted.set(session.id, minute);
    }
    return { operator: found.state.id, grants: found.state.grants, session };
  };
}

/** Whose denials are counted together. */
export const sessionCaller = (operator: number, session: number): DeniedCaller => ({
  operator: operatorId(operator),
  session: sessionId(session),
});

/**
 * What an operator may do at this route, default deny, by its role for the installation and the one for the ledger. Fails with
 * `forbidden`, with `reauthentication_required` where only a fresh session will do, on a ledger's route with invalid_request where none is named, and with `not_found` where there is none or it is
 * none of the operator's: these two are one answer.
 */
export async function admitOperator(
  engine: Engine,
  { operator, grants, session }: SignedIn,
  { realm, run: { permission, fresh } }: BoundRoute,
  incoming: IncomingMessage,
): Promise<Authenticated> {
  const refuseUnless = (permissions: readonly string[]): void => {
    if (!permissions.includes(permission))
      throw new FailureError('forbidden', `Your role lacks the permission ${permission}.`);
  };
  const refuseUnlessFresh = (): void => {
    if (fresh && !isFresh(session, engine.clock.nowMicros()))
      throw new FailureError('reauthentication_required');
  };
  const ledgers = visibleLedgers(grants);
  const caller = {
    actor: operatorActor(operator),
    allows: undefined,
    rate: undefined,
    session: session.id,
    ...(ledgers ? { ledgers } : {}),
  };
  if (realm !== 'ledger') {
    const scopes = permissionsBeyond(grants);
    refuseUnless(scopes);
    refuseUnlessFresh();
    return { ...caller, scopes, ledgerId: INSTALLATION_LEDGER, sandbox: false };
  }
  // At no ledger at all: no matter which one is named.
  refuseUnless(grants.flatMap(({ ledger }) => permissionsAt(grants, ledger ?? INSTALLATION_LEDGER)));
  const { ledger_id: ledgerId, sandbox } = await namedLedger(engine, incoming, ledgers);
  const scopes = permissionsAt(grants, ledgerId);
  refuseUnless(scopes);
  refuseUnlessFresh();
  return { ...caller, scopes, ledgerId, sandbox };
}

async function namedLedger(
  engine: Engine,
  incoming: IncomingMessage,
  visible: readonly number[] | undefined,
): Promise<Pick<ListedLedger, 'ledger_id' | 'sandbox'>> {
  const values = incoming.headersDistinct[LEDGER_HEADER.toLowerCase()] ?? [];
  const [named = ''] = values;
  if (values.length === 1 && named !== '') return ledgerByRef(engine, named, visible);
  throw new FailureError('invalid_request', undefined, [
    { pointer: LEDGER_HEADER, message: 'send this header once, with the id or the name of the ledger' },
  ]);
}
