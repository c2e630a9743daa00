/**
 * An operator as a row of the database: every version repeats the whole state, so that one seek reads it, and ends with
 * a MAC over all of it whose key is outside the database. A row that somebody else wrote has no valid one and is refused.
 * (That the newest version was taken away is not seen here: `verify` finds it.)
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { OperatorState, OperatorStatus } from '../../identity/operator.ts';
import { isRole } from '../../identity/role.ts';
import { canonicalJson, type Json } from '../../kernel/canonical-json.ts';
import type { LinkKey } from '../batch-rows.ts';

/** As `operator_row` writes it: operator, number, name, role, status, …, MAC. */
export type OperatorRow = readonly [
  id: string,
  number: string,
  name: string,
  role: string,
  status: string,
  invitationHash: string | null,
  invitationExpiresAt: string | null,
  credential: string | null,
  passwordDigest: string | null,
  totpDigest: string | null,
  recoveryHashes: readonly string[],
  timeStep: string,
  failures: number,
  sessionIds: readonly string[],
  sessionHashes: readonly string[],
  sessionStarts: readonly string[],
  sessionEnds: readonly string[],
  mac: string,
];

/** Derived from the key of the links, which the fold's owner and the verifier both have. */
export const rowKeyOf = ({ secret, installation }: Pick<LinkKey, 'secret' | 'installation'>): Buffer =>
  createHmac('sha256', secret).update(`operator rows v1|${installation}`).digest();

const textOrNull = (value: number | null): string | null => (value === null ? null : String(value));

const macOf = (rowKey: Buffer, columns: readonly Json[]): Buffer =>
  createHmac('sha256', rowKey)
    .update(canonicalJson(['operator', ...columns]))
    .digest();

export function operatorRow(state: OperatorState, rowKey: Buffer): OperatorRow {
  const { sessions } = state;
  const columns = [
    String(state.id),
    String(state.changed),
    state.name,
    state.role,
    state.status,
    state.invitationHash,
    textOrNull(state.invitationExpiresAt),
    textOrNull(state.credential),
    state.passwordDigest,
    state.totpDigest,
    state.recoveryHashes,
    String(state.timeStep),
    state.failures,
    sessions.map(({ id }) => String(id)),
    sessions.map(({ tokenHash }) => tokenHash),
    sessions.map(({ startedAt }) => String(startedAt)),
    sessions.map(({ expiresAt }) => String(expiresAt)),
  ] as const;
  return [...columns, macOf(rowKey, columns).toString('hex')];
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

/** Undefined where the row has no valid MAC. */
export function operatorOfRow(row: OperatorRow, rowKey: Buffer): OperatorState | undefined {
  const mac = Buffer.from(row[17], 'hex');
  const expected = macOf(rowKey, row.slice(0, 17) as Json[]);
  const [id, changed, name, role, status, invitationHash, expires, credential, passwordDigest, totpDigest] =
    row;
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected) || !isRole(role)) return undefined;
  return {
    id: Number(id),
    name,
    role,
    status: status as OperatorStatus,
    invitationHash,
    invitationExpiresAt: numberOrNull(expires),
    credential: numberOrNull(credential),
    passwordDigest,
    totpDigest,
    recoveryHashes: row[10],
    timeStep: Number(row[11]),
    failures: row[12],
    sessions: row[13].map((session, i) => ({
      id: Number(session),
      tokenHash: row[14][i] as string,
      startedAt: Number(row[15][i]),
      expiresAt: Number(row[16][i]),
    })),
    changed: Number(changed),
  };
}
