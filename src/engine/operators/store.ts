/**
 * Reads of operators, one function call each, and the two writes that are no events: sealed secrets before their event, and
 * the minutes in which a session was used. Every row is refused unless its MAC is valid: that is our alarm, not an answer.
 */
import type { Sql } from '../../db/connect.ts';
import { call } from '../../db/connect.ts';
import type { OperatorState } from '../../identity/operator.ts';
import { keepSealed } from '../secrets/store.ts';
import { type OperatorRow, operatorOfRow } from './operator-row.ts';

export interface FoundOperator {
  readonly state: OperatorState;
  /** When each session was seen last, microseconds since 1970, by its number. */
  readonly seen: ReadonlyMap<number, number>;
  /** Sealed; undefined before an enrolment, or where not asked for. */
  readonly password: Buffer | undefined;
  readonly totp: Buffer | undefined;
}

export interface OperatorStore {
  /** By number or by name; undefined where there is none. */
  find(operator: number | string, withSecrets: boolean): Promise<FoundOperator | undefined>;
  list(): Promise<readonly OperatorState[]>;
  keepSecrets(sealed: readonly Buffer[]): Promise<void>;
  noteUse(session: number, minute: number): Promise<void>;
}

interface Row {
  readonly row: OperatorRow;
  readonly password: string | null;
  readonly totp: string | null;
  readonly seen: readonly (readonly [session: number, minute: number])[];
}

const DEADLINE_MS = 5000;
const READ = { deadlineMs: DEADLINE_MS, read: true } as const;
/** Doing it twice does it once, so it may be retried as a read is. */
const WRITE = READ;
const MINUTE_MICROS = 60_000_000;

export function operatorStore(sql: Sql, rowKey: Buffer): OperatorStore {
  const checked = (row: OperatorRow): OperatorState => {
    const state = operatorOfRow(row, rowKey);
    if (!state)
      throw new Error(`the row of operator ${row[0]} at event ${row[1]} has no valid MAC: run bahi verify`);
    return state;
  };
  const sealed = (hex: string | null): Buffer | undefined =>
    hex === null ? undefined : Buffer.from(hex, 'hex');
  return {
    async find(operator, withSecrets) {
      const [answer] = await call(
        () =>
          sql<
            { r: Row | null }[]
          >`select bahi.operator_get(${String(operator)}::text, ${withSecrets}::boolean) as r`,
        READ,
      );
      const found = answer?.r;
      if (!found) return undefined;
      const seen = found.seen.map(([id, minute]) => [id, minute * MINUTE_MICROS] as const);
      return {
        state: checked(found.row),
        seen: new Map(seen),
        password: sealed(found.password),
        totp: sealed(found.totp),
      };
    },
    async list() {
      const [answer] = await call(
        () => sql<{ r: readonly OperatorRow[] }[]>`select bahi.operator_list() as r`,
        READ,
      );
      return (answer?.r ?? []).map(checked);
    },
    keepSecrets: (secrets) => keepSealed(sql, secrets),
    async noteUse(session, minute) {
      await call(
        () => sql`select bahi.operator_session_seen(${session}::bigint, ${minute}::bigint) as r`,
        WRITE,
      );
    },
  };
}
