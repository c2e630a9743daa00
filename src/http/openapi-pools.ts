/** Pools of the example ledger: the rows that its fold makes, its memory, and what stands in the way of a request. */
import type { BatchRows } from '../engine/batch-rows.ts';
import type { PoolCommand } from '../engine/pool-command.ts';
import type { PoolReads } from '../engine/pools/store.ts';
import type { LedgerState } from '../engine/state.ts';
import { defined } from '../kernel/assert.ts';
import { formatId } from '../kernel/id.ts';
import { ACCOUNT_POOLS_MAX, POOL_ACCOUNTS_MAX, type PoolState } from '../ledger/pool.ts';

const DAILY = { name: 'daily', direction: 'outgoing', window: 'day' } as const;
/** Has more accounts than a pool takes in. */
export const CROWDED_OWNER = '5b0f6a4e-2c1d-4e8f-9b7a-3d2c1b0a9f8e';
/** Has two accounts and no pool. */
export const CUSTOMER = '0c8d7e6f-5a4b-4c3d-8e2f-1a0b9c8d7e6f';
export const FULL_ACCOUNT = 'savings-2b84';

export class ExamplePools {
  readonly #state: LedgerState;
  readonly #versions: (readonly unknown[])[] = [];

  readonly #post: (command: PoolCommand, key: string) => void;

  constructor(state: LedgerState, post: (command: PoolCommand, key: string) => void) {
    this.#state = state;
    this.#post = post;
    state.owners.keepsAll = true;
  }

  /** Takes in what the fold made of a request. */
  see({ rare }: BatchRows): void {
    this.#versions.push(...(rare.pools as unknown[][]));
  }

  /** A household, an account in as many pools as it may be, a pool and an owner with as many accounts as there may be. */
  fill(): void {
    const create = (name: string, codes: readonly string[], amount: bigint): void =>
      this.#post(
        {
          type: 'pool.create',
          name,
          currency: 'INR',
          owner: null,
          accounts: codes.map((code) => formatId('acc', this.#state.ledgerId, this.#numberOf(code))),
          limits: [{ ...DAILY, amount, count: null }],
        },
        `pool-${name}`,
      );
    create('household-4c05', ['savings-4c05', 'fuel-card-8d14'], 500_000n);
    for (let i = 0; i < ACCOUNT_POOLS_MAX; i++) create(`campaign-${i}`, [FULL_ACCOUNT], 100_000_000n);
    create('crowded', ['wallet-capped'], 100_000_000n);
    this.#named('crowded').members = POOL_ACCOUNTS_MAX;
    const account = { id: this.#numberOf('savings-4c05'), currency: 'INR' };
    this.#state.owners.set(CROWDED_OWNER, {
      accounts: Array.from({ length: POOL_ACCOUNTS_MAX + 1 }, () => account),
      pools: [],
    });
  }

  id(name: string): string {
    return formatId('pol', this.#state.ledgerId, this.#named(name).identity.id);
  }

  get reads(): Pick<PoolReads, 'list' | 'idOf' | 'members' | 'named' | 'state'> {
    const state = this.#state;
    return {
      list: async (_, { count }) => ({
        rows: [...state.pools.values()].reverse().slice(0, count),
        examinedTo: null,
      }),
      idOf: async (_, name) => state.owners.poolNames.get(name),
      members: async (_, pool) => this.#members(pool),
      named: async (_, ids, codes) =>
        [...state.accounts.values()]
          .map(({ identity }) => identity)
          .filter(({ id, code }) => ids.includes(id) || codes.includes(code)),
      // Time does not leave a window here.
      state: async () => state,
    };
  }

  #members(pool: number): number[] {
    const members = new Set<number>();
    const numbers = (text: unknown): number[] =>
      text === '{}' ? [] : String(text).slice(1, -1).split(',').map(Number);
    for (const [id, , , , , joined, parted] of this.#versions) {
      if (Number(id) !== pool) continue;
      for (const account of numbers(joined)) members.add(account);
      for (const account of numbers(parted)) members.delete(account);
    }
    return [...members].sort((a, b) => a - b);
  }

  #named(name: string): PoolState {
    const id = defined(this.#state.owners.poolNames.get(name), `the example has a pool ${name}`);
    return defined(this.#state.pools.get(id), `the example has a pool ${name}`);
  }

  #numberOf(code: string): number {
    return defined(this.#state.codes.get(code), `the example has an account ${code}`);
  }
}
