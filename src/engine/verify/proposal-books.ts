/**
 * The second books of four eyes: what the fold writes of it, held against the diagram of identity/four-eyes.ts by no rule of the
 * fold's. While a policy names an action, no event does it without naming a proposal; a proposal is decided once, before its
 * end, by an event of its own and, where it was approved, by another actor than the one who proposed it.
 */
import { type EventRecord, parseEvent } from '../../audit/event.ts';
import { exponentOf } from '../../kernel/currency.ts';
import { formatId } from '../../kernel/id.ts';
import { parseAmount } from '../../kernel/money.ts';
import type { BatchRows } from '../batch-rows.ts';
import type { DecisionRow, PolicyRow, ProposalRow, RuleRow } from '../proposals/proposal-row.ts';
import type { Problems } from './problems.ts';

interface Proposal {
  readonly proposer: string;
  readonly endsAt: number;
  decided: boolean;
}

/** What an event did to an account. */
type Change = Readonly<Record<string, unknown>>;
const BOUNDS = ['floor', 'ceiling', 'limits', 'over_capture_percent', 'step_up_above'];
const STOPS = ['debits_frozen', 'credits_frozen', 'closed'];

export class ProposalBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  readonly #proposals = new Map<number, Proposal>();
  #rules: readonly RuleRow[] = [];
  #exact = true;

  constructor(ledgerId: number, problems: Problems) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
  }

  /** Takes in what the fold made of the next batch, and its time. */
  see({ events, rare }: Pick<BatchRows, 'events' | 'rare'>, at: number): void {
    const policies = new Map(
      (rare.policies as unknown as PolicyRow[]).map(([number, , rules]) => [Number(number), rules]),
    );
    // Nothing to read of events where nobody has ever proposed or named anything.
    const matters = this.#rules.length + this.#proposals.size + policies.size > 0;
    const approvals = new Map<number, EventRecord>();
    for (const row of rare.proposals as unknown as ProposalRow[])
      this.#proposals.set(Number(row[0]), { proposer: row[2], endsAt: Number(row[4]), decided: false });
    for (const { body } of matters ? events : []) {
      const event = parseEvent(body);
      const number = Number(event.number);
      if (event.proposal !== undefined) approvals.set(number, event);
      else if (this.#needsProposal(event)) this.#add(number, event.type, 'a proposal', 'none');
      this.#rules = policies.get(number) ?? this.#rules;
    }
    for (const row of rare.proposal_decisions as unknown as DecisionRow[]) {
      const [id, number, status, , , checker] = row;
      this.#decide(Number(id), Number(number), status, checker, at);
      if (status === 'rejected') continue;
      const approval = approvals.get(Number(number));
      const name = formatId('prp', this.#ledgerId, Number(id));
      const outcome = approval?.outcome === 'refused' ? 'execution_refused' : 'executed';
      if (approval?.proposal !== name || approval.actor !== checker || outcome !== status)
        this.#add(Number(number), `proposal ${name}`, `${status} by its event`, String(approval?.outcome));
      approvals.delete(Number(number));
    }
    for (const [number, { proposal }] of approvals)
      this.#add(number, 'an approval', 'a decision', `none about ${proposal}`);
  }

  /** A batch was left out: what stood before is not known any more. */
  lose(): void {
    this.#exact = false;
    this.#proposals.clear();
    this.#rules = [];
  }

  #decide(id: number, number: number, status: string, checker: string, at: number): void {
    const proposal = this.#proposals.get(id);
    const subject = `proposal ${formatId('prp', this.#ledgerId, id)}`;
    if (!proposal) {
      if (this.#exact) this.#add(number, subject, 'to be proposed first', status);
      return;
    }
    if (proposal.decided) this.#add(number, subject, 'one decision', `${status}, the second one`);
    if (at >= proposal.endsAt)
      this.#add(number, `${subject}: decided at`, `before ${proposal.endsAt}`, `${at}`);
    if (status !== 'rejected' && checker === proposal.proposer)
      this.#add(number, `${subject}: checker`, `not ${proposal.proposer}`, checker);
    proposal.decided = true;
  }

  #needsProposal({ type, data }: EventRecord): boolean {
    const named = (action: string): boolean => this.#rules.some(([one]) => one === action);
    if (this.#rules.length === 0) return false;
    if (type === 'policy.set') return true;
    if (type === 'transfer.adjust') return named('adjustment');
    if (type === 'pool.update') return named('bounds');
    if (type === 'account.update') {
      const change = data['change'] as Change;
      const lifts = STOPS.some((name) => change[name] === false);
      return (
        (named('bounds') && BOUNDS.some((name) => change[name] !== undefined)) || (named('unfreeze') && lifts)
      );
    }
    if (type !== 'transfer.create') return false;
    // Those that an exchange makes stand in the event as well.
    const legs = data['legs'] as readonly { readonly amount: string; readonly currency: string }[];
    return this.#rules.some(([action, of, above]) => {
      if (action !== 'transfer') return false;
      let sum = 0n;
      for (const { amount, currency } of legs) {
        const minor = parseAmount(amount, exponentOf(currency));
        if (currency === of && minor.ok) sum += minor.value;
      }
      return sum > BigInt(above ?? 0);
    });
  }

  #add(number: number, subject: string, expected: string, found: string): void {
    this.#problems.add({ check: 'four_eyes', number, subject, expected, found });
  }
}
