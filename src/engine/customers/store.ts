/**
 * Reads of customers, and the sealed seeds that are kept before their events. A row without a valid MAC is refused, and so is a
 * seed that is not what its row names: that is our alarm, not an answer.
 */
import { call, type Sql } from '../../db/connect.ts';
import type { CustomerState } from '../../identity/factor.ts';
import type { Fetched, Range } from '../page.ts';
import { digestOfSealed } from '../secrets/digest.ts';
import { keepSealed } from '../secrets/store.ts';
import { type CustomerRow, customerOfRow } from './customer-row.ts';
import type { CustomerChange } from './list-changes.ts';

export interface FoundCustomer {
  /** Undefined where nothing is known of the customer. */
  readonly state: CustomerState | undefined;
  /** The ledger's time, microseconds since 1970. */
  readonly now: number;
  /** Sealed seeds by their digest, of factors that are not removed; empty where not asked for. */
  readonly seeds: ReadonlyMap<string, Buffer>;
}

export interface CustomerStore {
  find(ledgerId: number, customer: string, withSecrets: boolean): Promise<FoundCustomer>;
  keepSecrets(sealed: readonly Buffer[]): Promise<void>;
  /** Events that changed customers, or one of them, after an event. */
  changes(ledgerId: number, of: ChangeFilters, range: Range): Promise<Fetched<CustomerChange>>;
}

export interface ChangeFilters {
  readonly customer: string | undefined;
  /** Number of an event, as text. */
  readonly after: string | undefined;
}

interface Row {
  readonly row: CustomerRow | null;
  readonly now: number;
  readonly seeds: readonly (readonly [digest: string, ciphertext: string])[] | null;
}

const READ = { deadlineMs: 5000, read: true } as const;

export function customerStore(sql: Sql, rowKey: Buffer): CustomerStore {
  const checked = (ledgerId: number, row: CustomerRow): CustomerState => {
    const state = customerOfRow(ledgerId, row, rowKey);
    if (!state) throw new Error(`the row of a customer at event ${row[1]} has no valid MAC: run bahi verify`);
    return state;
  };
  const seedOf = ([digest, ciphertext]: readonly [string, string]): readonly [string, Buffer] => {
    const sealed = Buffer.from(ciphertext, 'hex');
    if (digestOfSealed(sealed) !== digest)
      throw new Error(`the sealed secret ${digest} is another one: run bahi verify`);
    return [digest, sealed];
  };
  return {
    async find(ledgerId, customer, withSecrets) {
      const [answer] = await call(
        () => sql<{ r: Row }[]>`
          select bahi.customer_get(${ledgerId}::integer, ${customer}::uuid, ${withSecrets}::boolean) as r`,
        READ,
      );
      const { row, now, seeds } = (answer as { r: Row }).r;
      return {
        state: row === null ? undefined : checked(ledgerId, row),
        now,
        seeds: new Map((seeds ?? []).map(seedOf)),
      };
    },
    keepSecrets: (secrets) => keepSealed(sql, secrets),
    async changes(ledgerId, { customer, after }, { beyond, descending, count }) {
      const [answer] = await call(
        () => sql<{ r: readonly (readonly [number: number, customer: string, body: string])[] }[]>`
          select bahi.customer_changes(${ledgerId}::integer, ${customer ?? null}::uuid, ${after ?? 0}::bigint,
            ${beyond}::bigint, ${descending}, ${count}::integer) as r`,
        READ,
      );
      const rows = (answer as { r: readonly (readonly [number, string, string])[] }).r;
      return {
        rows: rows.map(([number, owner, body]) => ({ number, customer: owner, body })),
        examinedTo: null,
      };
    },
  };
}
