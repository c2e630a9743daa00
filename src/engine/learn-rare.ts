/** What is read before all else of a batch, in calls of their own, since it is rare, and says which accounts are read. */
import type { Item } from './command.ts';
import { learnCustomers, wantedCustomers } from './customers/wanted-customers.ts';
import { learnOriginals, learnOwners } from './learn.ts';
import type { LedgerState } from './state.ts';
import type { HeadAnswer, PostingSession } from './store.ts';
import { wantedOriginals, wantedOwners } from './wanted.ts';

/** `asFolded` fails where the answer is not of the head that memory is folded to. */
export async function learnRare(
  state: LedgerState,
  session: PostingSession,
  items: readonly Item[],
  asFolded: <A extends HeadAnswer>(reading: Promise<A>) => Promise<A>,
): Promise<void> {
  const originals = wantedOriginals(state, items);
  if (originals.length > 0)
    learnOriginals(state, (await asFolded(session.readOriginals(originals))).originals);
  const customers = wantedCustomers(state, items);
  if (customers.length > 0)
    learnCustomers(state, (await asFolded(session.readCustomers(customers))).customers);
  const owners = wantedOwners(state, items);
  if (owners) learnOwners(state, await asFolded(session.readOwners(owners)));
}
