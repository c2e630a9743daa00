/** Commands about pools, and what was asked for as it is written. */
import type { Json } from '../kernel/canonical-json.ts';
import type { LimitTerms } from '../ledger/limit.ts';
import { termsJson } from './limit-json.ts';

export interface CreatePool {
  readonly type: 'pool.create';
  readonly name: string;
  readonly currency: string;
  /** All of its accounts in the currency, in place of a list. */
  readonly owner: string | null;
  /** Ids in ascending order, each once; none where there is an owner. */
  readonly accounts: readonly string[];
  readonly limits: readonly LimitTerms[];
}

export interface UpdatePool {
  readonly type: 'pool.update';
  readonly pool: number;
  /** The pool's own, which never changes: limits are written in it. */
  readonly currency: string;
  /** Ids in ascending order, each once; none of an owner's pool. */
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  /** All that the pool has from then on. */
  readonly limits?: readonly LimitTerms[];
}

export type PoolCommand = CreatePool | UpdatePool;

export const isPoolCommand = (command: { readonly type: string }): command is PoolCommand =>
  command.type === 'pool.create' || command.type === 'pool.update';

/** Accounts that a command names. */
export const accountsOf = (command: PoolCommand): readonly string[] =>
  command.type === 'pool.create' ? command.accounts : [...(command.add ?? []), ...(command.remove ?? [])];

export function poolPayload(command: PoolCommand): Record<string, Json> {
  const { limits } = command;
  const terms = limits && { limits: limits.map((limit) => termsJson(limit, command.currency)) };
  if (command.type === 'pool.update') {
    const { add, remove } = command;
    return { ...(add ? { add } : {}), ...(remove ? { remove } : {}), ...terms };
  }
  const { accounts, currency, name, owner } = command;
  return { name, currency, ...(owner === null ? { accounts } : { owner }), ...terms };
}
