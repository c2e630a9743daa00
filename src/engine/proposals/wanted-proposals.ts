/** The proposals that a batch decides and memory does not hold: read by a call of their own, since they are rare. */
import type { Item } from '../command.ts';
import type { LedgerState } from '../state.ts';
import { type ProposalRows, proposalFromRows } from './proposal-row.ts';

/** What is not there is asked for each time. */
export function wantedProposals(state: LedgerState, items: readonly Item[]): number[] {
  const wanted = new Set<number>();
  for (const { decides } of items)
    if (decides !== undefined && !state.proposals.has(decides)) wanted.add(decides);
  return [...wanted];
}

/** Requires that the rows were read at the head that the state is folded to. Fails with InvariantViolation. */
export function learnProposals(state: LedgerState, rows: readonly ProposalRows[], head: number): void {
  for (const row of rows) {
    const proposal = proposalFromRows(state, row, head);
    state.proposals.set(proposal.id, proposal);
  }
}
