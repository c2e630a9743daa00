/** The command about a pool that an event records. */
import { parseId } from '../../kernel/id.ts';
import type { PoolCommand } from '../pool-command.ts';
import {
  currencyOf,
  idOf,
  list,
  type Members,
  object,
  optionalText,
  text,
  unreadable,
} from './event-members.ts';
import { limitsOf } from './limit-of-event.ts';

/** Undefined: another command. Fails with UnreadableEvent. */
export function poolCommandOf(type: string, ledgerId: number, data: Members): PoolCommand | undefined {
  const accountsOf = (of: Members, name: string): string[] =>
    list(of[name], name).map((id) =>
      typeof id === 'string' && parseId('acc', ledgerId, id) !== undefined ? id : unreadable(name),
    );
  if (type === 'pool.create') {
    const currency = currencyOf(data);
    const owner = optionalText(data, 'owner') ?? null;
    return {
      type,
      name: text(data, 'name'),
      currency,
      owner,
      accounts: owner === null ? accountsOf(data, 'accounts') : [],
      limits: limitsOf(data, currency),
    };
  }
  if (type !== 'pool.update') return undefined;
  const change = object(data['change'], 'change');
  const currency = currencyOf(data);
  return {
    type,
    pool: idOf('pol', ledgerId, data, 'pool'),
    currency,
    ...(change['add'] === undefined ? {} : { add: accountsOf(change, 'add') }),
    ...(change['remove'] === undefined ? {} : { remove: accountsOf(change, 'remove') }),
    ...(change['limits'] === undefined ? {} : { limits: limitsOf(change, currency) }),
  };
}
