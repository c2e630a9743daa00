/** Policies, proposals and what was decided about them, as a log in memory stores and reads them. */
import type { RareRows } from '../../src/engine/batch-rows.ts';
import type { Item } from '../../src/engine/command.ts';
import {
  type DecisionRow,
  type PolicyRow,
  type ProposalRow,
  type ProposalRows,
  policyFromRow,
} from '../../src/engine/proposals/proposal-row.ts';
import { learnProposals, wantedProposals } from '../../src/engine/proposals/wanted-proposals.ts';
import type { LedgerState } from '../../src/engine/state.ts';

export class MemoryProposals {
  readonly #policies: unknown[] = [];
  readonly #proposals: ProposalRow[] = [];
  readonly #decisions: DecisionRow[] = [];

  append(rare: RareRows): void {
    this.#policies.push(...rare.policies);
    this.#proposals.push(...(rare.proposals as unknown as ProposalRow[]));
    this.#decisions.push(...(rare.proposal_decisions as unknown as DecisionRow[]));
  }

  /** As of the head: the newest event's number. */
  teach(state: LedgerState, items: readonly Item[], head: number): void {
    state.policy = policyFromRow(state, (this.#policies.at(-1) ?? null) as PolicyRow | null);
    const proposals = wantedProposals(state, items).flatMap((id): ProposalRows[] => {
      const row = this.#proposals.find(([of]) => of === String(id));
      return row ? [[row, this.#decisions.find(([of]) => of === String(id)) ?? null]] : [];
    });
    learnProposals(state, proposals, head);
  }
}
