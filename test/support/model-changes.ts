/** What a change of an account comes to in the model ledger. */
import type { UpdateAccount } from '../../src/engine/command.ts';
import type { ModelAccount } from './model-account.ts';
import { asksLess, depth, height, letsOut } from './model-bounds.ts';
import type { ModelLedger } from './model-ledger.ts';
import type { Recorded, Unrecorded } from './model-outcomes.ts';
import { letsMoreLeave } from './model-stops.ts';

/** `may` open sources of money. */
export function changeAccount(
  model: Pick<ModelLedger, 'limits' | 'stops' | 'summary'>,
  account: ModelAccount,
  command: UpdateAccount,
  may: boolean,
  now: number,
): Recorded | Unrecorded {
  const { limits, ...change } = command.change;
  const after = { ...account, ...change };
  if (!may && letsOut(account, after)) return 'bounds_not_permitted';
  if (!may && asksLess(account, after)) return 'forbidden';
  const { balance, heldDebits, heldCredits } = model.summary(account.number);
  if (command.change.closed && (balance !== 0n || heldDebits !== 0n || heldCredits !== 0n))
    return { code: 'account_not_empty' };
  if (depth(after) > height(after)) return { code: 'floor_above_ceiling' };
  const more = letsMoreLeave(account, after, model.limits.of(account.number), limits);
  if (more) model.stops.wait(account.owner, command.waitSeconds, now);
  Object.assign(account, change);
  if (limits) model.limits.set(account.number, limits);
  return { code: '' };
}
