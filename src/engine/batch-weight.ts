/**
 * What items cost the append that holds them: the legs that they may change, the accounts that join or leave a pool. How many a hold or the original of a
 * reversal has, only memory knows, so a batch is weighed when it is taken and again once all that it lacked was read.
 */
import type { Item } from './command.ts';
import { accountsOf, isPoolCommand } from './pool-command.ts';
import type { LedgerState } from './state.ts';

/** Of a pool whose owner memory does not know. */
const OWNER_WEIGHT = 50;

/** What is asked for as it was sent; one where other things than legs are asked for. */
export const legsOf = ({ command }: Item): number => {
  if (command.type === 'transfer.execute') return command.transfer.legs.length;
  if (isPoolCommand(command)) return Math.max(1, accountsOf(command).length);
  return 'legs' in command ? command.legs.length : 1;
};

/** Legs that an item may change; undefined: those of something that memory does not know. */
export function legsKnown(
  { holds, originals, owners }: Pick<LedgerState, 'holds' | 'originals' | 'owners'>,
  item: Item,
): number | undefined {
  const { command } = item;
  if (command.type === 'transfer.create') return command.legs.length;
  if ('hold' in command) return holds.get(command.hold)?.legs.length;
  if (command.type === 'transfer.reverse') return originals.get(command.transfer)?.legs.length;
  if (command.type === 'pool.create' && command.owner !== null)
    return Math.max(1, owners.get(command.owner)?.accounts.length ?? OWNER_WEIGHT);
  return legsOf(item);
}

/**
 * How many of the items, from `start` on, go into one append: at most `max` in weight unless the first item or group alone
 * is heavier; a group is never cut. What `known` does not tell may be of a transfer that stands before it among these
 * very items, so it weighs as much as the heaviest of them.
 */
export function endOfBatch(
  items: readonly { readonly item: Item }[],
  start: number,
  max: number,
  known: (item: Item) => number | undefined,
): number {
  let end = start;
  let weight = 0;
  let heaviest = 1;
  while (end < items.length && weight < max) {
    const next = end + ((items[end] as { item: Item }).item.group?.size ?? 1);
    let step = 0;
    for (let i = end; i < next; i++) {
      const legs = known((items[i] as { item: Item }).item) ?? heaviest;
      heaviest = Math.max(heaviest, legs);
      step += legs;
    }
    if (end > start && weight + step > max) break;
    weight += step;
    end = next;
  }
  return end;
}
