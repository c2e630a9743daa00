/**
 * Which accounts and pools have windows that slide and lack, in memory, what counts in them at the moment of the next batch: read before
 * it is folded, in a call of their own. A ledger that never had such a window asks nothing.
 */
import { lacksPoints } from '../ledger/limit.ts';
import type { Item } from './command.ts';
import type { LedgerState } from './state.ts';

/** Numbers of accounts and pools. Requires that memory has those of these items. */
export function wantedWindows(state: LedgerState, items: readonly Item[], at: number): number[] {
  if (!state.slides) return [];
  const wanted = new Set<number>();
  const look = (id: number): void => {
    const limits = (state.accounts.get(id) ?? state.pools.get(id))?.limits;
    if (limits && lacksPoints(limits, at)) wanted.add(id);
  };
  for (const item of items)
    for (const id of accountsOf(state, item)) {
      if (id === undefined) continue;
      look(id);
      for (const pool of state.accounts.get(id)?.settings.pools ?? []) look(pool);
    }
  return [...wanted];
}

function accountsOf(state: LedgerState, { command: asked }: Item): (number | undefined)[] {
  const command = asked.type === 'transfer.execute' ? asked.transfer : asked;
  const of = (ref: string): number | undefined => state.account(ref)?.identity.id;
  switch (command.type) {
    case 'transfer.create':
    case 'transfer.adjust':
      return command.legs.flatMap(({ debit, credit }) => [of(debit), of(credit)]);
    case 'transfer.capture':
    case 'transfer.void':
    case 'transfer.expire':
      return (state.hold(command.hold)?.legs ?? []).flatMap(({ debit, credit }) => [debit, credit]);
    case 'transfer.reverse':
      return (state.originals.get(command.transfer)?.legs ?? []).flatMap(({ debit, credit }) => [
        debit,
        credit,
      ]);
    case 'account.create':
      return state.owners.poolsIn(command.owner, command.currency);
    case 'account.update':
      return [command.account];
    case 'pool.update':
      return [command.pool];
    default:
      return [];
  }
}
