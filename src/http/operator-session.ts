/**
 * Who asks, where it is an operator: the token of a session in `Authorization: Bearer`. The operator's row is read for every
 * request, so that disabling and ending act at once. Unknown, ended and expired sessions get one and the same answer. A lockout
 * ends no session: whoever guesses at a name would throw its owner out.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ledgerByRef } from '../engine/ledgers/ledger-view.ts';
import type { DeniedCaller } from '../engine/denials/denial-command.ts';
import { operatorActor, operatorId, sessionId } from '../engine/operators/submit.ts';
import type { ListedLedger } from '../engine/reads.ts';
import type { Engine } from '../engine/use-case.ts';
import { isLive } from '../identity/operator.ts';
import { operatorOfToken } from '../identity/operator-token.ts';
import { permissionsOf, type Role } from '../identity/role.ts';
import { sha256Hex } from '../kernel/canonical-json.ts';
import { FailureError } from '../kernel/failure.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import { type Authenticated, EndedCredential } from './authenticate.ts';
import type { Route } from './routes.ts';

export const LEDGER_HEADER = 'Bahi-Ledger';

const MINUTE_MICROS = 60_000_000;
const NOTED_MAX = 10_000;

export interface SignedIn {
  readonly operator: number;
  readonly role: Role;
  readonly session: number;
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
    return { operator: found.state.id, role: found.state.role, session: session.id };
  };
}

/** Whose denials are counted together. */
export const sessionCaller = (operator: number, session: number): DeniedCaller => ({
  operator: operatorId(operator),
  session: sessionId(session),
});

/**
 * What an operator may do at this route, default deny. Fails with `forbidden`, and on a ledger's route with invalid_request
 * where none is named, with `not_found` where there is no such ledger.
 */
export async function admitOperator(
  engine: Engine,
  { operator, role, session }: SignedIn,
  route: Pick<Route, 'realm'>,
  permission: string,
  incoming: IncomingMessage,
): Promise<Authenticated> {
  const scopes = permissionsOf(role);
  if (!(scopes as readonly string[]).includes(permission))
    throw new FailureError('forbidden', `The role ${role} lacks the permission ${permission}.`);
  const { ledger_id: ledgerId, sandbox } =
    route.realm === 'ledger' ? await namedLedger(engine, incoming) : INSTALLATION;
  return {
    actor: operatorActor(operator),
    ledgerId,
    scopes,
    sandbox,
    allows: undefined,
    rate: undefined,
    session,
  };
}

const INSTALLATION = { ledger_id: INSTALLATION_LEDGER, sandbox: false };

async function namedLedger(
  engine: Engine,
  incoming: IncomingMessage,
): Promise<Pick<ListedLedger, 'ledger_id' | 'sandbox'>> {
  const values = incoming.headersDistinct[LEDGER_HEADER.toLowerCase()] ?? [];
  const [named = ''] = values;
  if (values.length === 1 && named !== '') return ledgerByRef(engine, named);
  throw new FailureError('invalid_request', undefined, [
    { pointer: LEDGER_HEADER, message: 'send this header once, with the id or the name of the ledger' },
  ]);
}
