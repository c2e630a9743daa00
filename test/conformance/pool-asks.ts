/** Pools as the rows of the table write them, and as the engine is asked for them. */
import { termsOf } from '../../src/engine/limit-wire.ts';
import type { PoolCommand } from '../../src/engine/pool-command.ts';
import { formatId } from '../../src/kernel/id.ts';
import { LEDGER } from './callers.ts';
import type { LimitBody } from './table.ts';

export type PoolAsk =
  | {
      readonly ask: 'pool';
      readonly body: {
        readonly name: string;
        readonly currency: string;
        readonly owner?: string;
        readonly accounts?: readonly string[];
        readonly limits: readonly LimitBody[];
      };
    }
  | {
      readonly ask: 'repool';
      readonly pool: string;
      readonly body: {
        readonly limits?: readonly LimitBody[];
        readonly add?: readonly string[];
        readonly remove?: readonly string[];
      };
    };

export const isPoolAsk = (ask: { readonly ask: string }): ask is PoolAsk =>
  ask.ask === 'pool' || ask.ask === 'repool';

/** `numberOf` tells the number of a pool by its name. */
export function poolCommandOf(
  ask: PoolAsk,
  account: (code: string) => { readonly number: number },
  numberOf: (pool: string) => number,
): PoolCommand {
  const ids = (codes: readonly string[] = []): string[] =>
    codes
      .map((code) => account(code).number)
      .sort((a, b) => a - b)
      .map((number) => formatId('acc', LEDGER, number));
  if (ask.ask === 'pool') {
    const { name, currency, owner = null, accounts, limits } = ask.body;
    return {
      type: 'pool.create',
      name,
      currency,
      owner,
      accounts: ids(accounts),
      limits: termsOf([...limits], currency),
    };
  }
  const { limits, add, remove } = ask.body;
  return {
    type: 'pool.update',
    pool: numberOf(ask.pool),
    currency: 'INR',
    ...(add ? { add: ids(add) } : {}),
    ...(remove ? { remove: ids(remove) } : {}),
    ...(limits ? { limits: termsOf([...limits], 'INR') } : {}),
  };
}

export const poolRouteOf = (ask: PoolAsk): [method: string, path: string] =>
  ask.ask === 'pool' ? ['POST', '/v1/pools'] : ['PATCH', `/v1/pools/${ask.pool}`];
