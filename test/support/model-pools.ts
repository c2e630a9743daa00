/**
 * Pools as the model ledger knows them: a list of accounts, or the name of an owner. Who is in a pool is looked up whenever
 * something counts; what it has counted is a matter of notes, as with accounts (model-limits.ts).
 */
import type { PoolCommand } from '../../src/engine/pool-command.ts';
import type { ModelAccount } from './model-account.ts';
import type { ModelLimits } from './model-limits.ts';
import type { Recorded, Unrecorded } from './model-outcomes.ts';

interface ModelPool {
  readonly number: number;
  readonly name: string;
  readonly currency: string;
  readonly owner: string | null;
  readonly listed: Set<number>;
}

export class ModelPools {
  readonly #pools: ModelPool[] = [];
  readonly #limits: ModelLimits;

  constructor(limits: ModelLimits) {
    this.#limits = limits;
  }

  has = (wanted: number): boolean => this.#pools.some(({ number }) => number === wanted);

  /** Numbers of the pools that money leaves and enters which goes from one account to the other. */
  around(debit: ModelAccount, credit: ModelAccount) {
    return { leaves: this.#left(debit, credit), enters: this.#left(credit, debit) };
  }

  #left(from: ModelAccount, to: ModelAccount): number[] {
    return this.#pools
      .filter((pool) => isMember(pool, from) && !isMember(pool, to))
      .map(({ number }) => number);
  }

  carryOut(
    command: PoolCommand,
    number: number,
    all: readonly ModelAccount[],
    find: (ref: string) => ModelAccount | undefined,
  ): Recorded | Unrecorded {
    const isFull = (account: ModelAccount): boolean =>
      this.#pools.filter((pool) => isMember(pool, account)).length >= 4;
    if (command.type === 'pool.create') {
      const { name, currency, owner } = command;
      const taken =
        owner === null
          ? command.accounts.map(find)
          : all.filter((account) => account.owner === owner && account.currency === currency);
      if (taken.some((account) => account?.currency !== currency)) return 'not_found';
      const members = taken as ModelAccount[];
      if (this.#pools.some((pool) => pool.name === name)) return { code: 'pool_name_taken' };
      if (members.length > 500) return { code: 'pool_too_large' };
      const ofOwner = this.#pools.filter(
        (pool) => owner !== null && pool.owner === owner && pool.currency === currency,
      );
      if (members.some(isFull) || ofOwner.length >= 4) return { code: 'too_many_pools' };
      const listed = new Set(owner === null ? members.map((account) => account.number) : []);
      this.#pools.push({ number, name, currency, owner, listed });
      this.#limits.set(number, command.limits);
      return { code: '' };
    }
    const pool = this.#pools.find((one) => one.number === command.pool);
    if (!pool) return 'not_found';
    const named = [...(command.add ?? []), ...(command.remove ?? [])].map(find);
    if (command.currency !== pool.currency) return 'not_found';
    if (named.some((account) => account?.currency !== pool.currency)) return 'not_found';
    if (pool.owner !== null && named.length > 0) return 'not_found';
    const after = new Set(pool.listed);
    const added = (command.add ?? []).map(find) as ModelAccount[];
    for (const account of added) after.add(account.number);
    for (const ref of command.remove ?? []) after.delete(find(ref)?.number ?? 0);
    if (after.size > 500) return { code: 'pool_too_large' };
    if (added.some((account) => !isMember(pool, account) && isFull(account)))
      return { code: 'too_many_pools' };
    pool.listed.clear();
    for (const account of after) pool.listed.add(account);
    if (command.limits) this.#limits.set(pool.number, command.limits);
    return { code: '' };
  }
}

const isMember = (pool: ModelPool, account: ModelAccount): boolean =>
  pool.owner === null
    ? pool.listed.has(account.number)
    : pool.owner === account.owner && pool.currency === account.currency;
