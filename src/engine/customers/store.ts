/**
 * Reads of customers, and the sealed seeds that are kept before their events. A row without a valid MAC is refused, and so is a
 * seed that is not what its row names: that is our alarm, not an answer.
 */
import { call, type Sql } from '../../db/connect.ts';
import type { CustomerState } from '../../identity/factor.ts';
import { digestOfSealed } from '../secrets/digest.ts';
import { keepSealed } from '../secrets/store.ts';
import { type CustomerRow, customerOfRow } from './customer-row.ts';

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
  };
}
