/**
 * What a batch lacks and is read by calls of their own: all of it is rare, and most of it says which accounts or keys are wanted
 * next. A batch of transfers asks for nothing here.
 */
import type { Item } from './command.ts';
import { learnCustomers, learnSwitches, wantedCustomers } from './customers/wanted-customers.ts';
import { learnOriginals, learnOwners } from './learn.ts';
import { learnProposals, wantedProposals } from './proposals/wanted-proposals.ts';
import type { LedgerState } from './state.ts';
import type { HeadAnswer, PostingSession } from './store.ts';
import { wantedOriginals, wantedOwners } from './wanted.ts';

/** Fails where the answer is of another head than memory. */
type AsFolded = <A extends HeadAnswer>(reading: Promise<A>) => Promise<A>;

export async function readApart(
  state: LedgerState,
  items: readonly Item[],
  session: PostingSession,
  asFolded: AsFolded,
): Promise<void> {
  const originals = wantedOriginals(state, items);
  if (originals.length > 0)
    learnOriginals(state, (await asFolded(session.readOriginals(originals))).originals);
  const owners = wantedOwners(state, items);
  if (owners) learnOwners(state, await asFolded(session.readOwners(owners)));
  const wanted = wantedProposals(state, items);
  if (wanted.length === 0) return;
  const { proposals, head } = await asFolded(session.readProposals(wanted));
  learnProposals(state, proposals, head);
}

/** Requires that memory has the accounts of these items: they say which customers are wanted. */
export async function readCustomersApart(
  state: LedgerState,
  items: readonly Item[],
  session: PostingSession,
  asFolded: AsFolded,
): Promise<void> {
  const after = state.stops.lackingAfter;
  if (after !== undefined) learnSwitches(state, (await asFolded(session.readSwitches(after))).customers);
  const customers = wantedCustomers(state, items);
  if (customers.length > 0)
    learnCustomers(state, (await asFolded(session.readCustomers(customers))).customers);
}
