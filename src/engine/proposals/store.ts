/** Reads about four eyes, through the pool. */
import { call, type Sql } from '../../db/connect.ts';
import type { Fetched, Range } from '../page.ts';
import type { DecisionRow, PolicyRow, ProposalRow } from './proposal-row.ts';

/** As `proposal_view` tells it; times in microseconds since 1970. */
export interface StoredProposal {
  readonly row: ProposalRow;
  readonly decision: DecisionRow | null;
  /** The event that proposed it. */
  readonly body: string;
  /** The time of the ledger. */
  readonly now: number;
  readonly decided_at: number | null;
}

const READ = { deadlineMs: 5000, read: true } as const;

export class ProposalReads {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Null where there is none of this number. */
  async get(ledgerId: number, proposal: number): Promise<StoredProposal | null> {
    const [row] = await call(
      () => this.#sql<{ r: StoredProposal | null }[]>`
        select bahi.proposal_get(${ledgerId}::integer, ${proposal}::bigint) as r`,
      READ,
    );
    return (row as { r: StoredProposal | null }).r;
  }

  async list(ledgerId: number, { beyond, descending, count }: Range): Promise<Fetched<StoredProposal>> {
    const [row] = await call(
      () => this.#sql<{ r: StoredProposal[] }[]>`
        select bahi.proposal_list(${ledgerId}::integer, ${beyond}::bigint, ${descending}::boolean, ${count}::integer) as r`,
      READ,
    );
    return { rows: (row as { r: StoredProposal[] }).r, examinedTo: null };
  }

  async policy(ledgerId: number): Promise<PolicyRow | null> {
    const [row] = await call(
      () => this.#sql<{ r: PolicyRow | null }[]>`select bahi.approval_policy_get(${ledgerId}::integer) as r`,
      READ,
    );
    return (row as { r: PolicyRow | null }).r;
  }
}
