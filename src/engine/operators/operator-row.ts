/**
 * An operator as a row of the database: every version repeats the whole state, so that one seek reads it, and ends with
 * a MAC over all of it whose key is outside the database. A row that somebody else wrote has no valid one and is refused.
 * (That the newest version was taken away is not seen here: `verify` finds it.)
 */
import type { Grant } from '../../identity/grant.ts';
import type { OperatorState, OperatorStatus } from '../../identity/operator.ts';
import { isRole } from '../../identity/role.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { isRowMac, rowMac } from '../row-mac.ts';

/** As `operator_row` writes it: operator, number, name, role, status, …, MAC. */
export type OperatorRow = readonly [
  id: string,
  number: string,
  name: string,
  role: string | null,
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
  /** Roles for ledgers, where there are some, and the MAC. */
  ...rest: [mac: string] | [ledgerRoles: readonly string[], mac: string],
];

const textOrNull = (value: number | null): string | null => (value === null ? null : String(value));

export function operatorRow(state: OperatorState, rowKey: Buffer): OperatorRow {
  const { sessions } = state;
  const columns = [
    String(state.id),
    String(state.changed),
    state.name,
    state.grants.find(({ ledger }) => ledger === null)?.role ?? null,
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
  const ledgerRoles = state.grants.flatMap(({ role, ledger }) =>
    ledger === null ? [] : [`${ledger}:${role}`],
  );
  if (ledgerRoles.length === 0) return [...columns, rowMac(rowKey, 'operator', columns)];
  return [...columns, ledgerRoles, rowMac(rowKey, 'operator', [...columns, ledgerRoles])];
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

/** Undefined where the row has no valid MAC. */
export function operatorOfRow(row: OperatorRow, rowKey: Buffer): OperatorState | undefined {
  const [id, changed, name, role, status, invitationHash, expires, credential, passwordDigest, totpDigest] =
    row;
  if (!isRowMac(String(row.at(-1)), rowKey, 'operator', row.slice(0, -1) as Json[])) return undefined;
  const grants = grantsOf(role, row.length === 19 ? row[17] : []);
  if (!grants) return undefined;
  return {
    id: Number(id),
    name,
    grants,
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

/** Undefined where one is no role. */
function grantsOf(role: string | null, ledgerRoles: readonly string[]): Grant[] | undefined {
  const grants: Grant[] = [];
  for (const text of [...(role === null ? [] : [`:${role}`]), ...ledgerRoles]) {
    const [ledger = '', name] = text.split(':');
    if (!isRole(name)) return undefined;
    grants.push({ role: name, ledger: ledger === '' ? null : Number(ledger) });
  }
  return grants;
}
