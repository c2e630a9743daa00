/** Owners in memory, as far as pools ask: which accounts one has and which pools, by currency; and the names of pools. */
import type { CreatePool } from './pool-command.ts';

interface Owned {
  readonly id: number;
  readonly currency: string;
}

export interface OwnerState {
  readonly accounts: Owned[];
  readonly pools: Owned[];
}

export class Owners extends Map<string, OwnerState> {
  /** Numbers of pools by name. */
  readonly poolNames = new Map<string, number>();
  /** True where memory is all there is: an owner that it does not know has nothing yet. */
  keepsAll = false;

  /** Says that the owner has one more account, where anybody asked or will. */
  noteAccount(owner: string | null, account: Owned): void {
    if (owner !== null) this.#of(owner)?.accounts.push(account);
  }

  /** Requires that the owner, if there is one, was asked for. */
  notePool(owner: string | null, name: string, pool: Owned): void {
    this.poolNames.set(name, pool.id);
    if (owner !== null) this.#of(owner)?.pools.push(pool);
  }

  /** Accounts that a new pool of an owner takes in. */
  accountsIn({ owner, currency }: Pick<CreatePool, 'owner' | 'currency'>): number[] {
    return idsIn(currency, owner === null ? undefined : this.get(owner)?.accounts);
  }

  /** Pools that a new account of the owner joins, in the order of their numbers. */
  poolsIn(owner: string | null, currency: string): number[] {
    return idsIn(currency, owner === null ? undefined : this.get(owner)?.pools);
  }

  forget(): void {
    this.clear();
    this.poolNames.clear();
    this.keepsAll = false;
  }

  #of(owner: string): OwnerState | undefined {
    const known = this.get(owner);
    if (known || !this.keepsAll) return known;
    const first: OwnerState = { accounts: [], pools: [] };
    this.set(owner, first);
    return first;
  }
}

const idsIn = (currency: string, owned: readonly Owned[] = []): number[] =>
  owned.filter((one) => one.currency === currency).map(({ id }) => id);
