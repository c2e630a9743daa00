/** Policies, proposals and decisions as rows of the database; each ends with a MAC over the others (row-mac.ts). */
import type {
  FourEyesAction,
  Policy,
  PolicyRule,
  ProposalState,
  ProposalStatus,
  RuleAction,
} from '../../identity/four-eyes.ts';
import { InvariantViolation } from '../../kernel/assert.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { parseId } from '../../kernel/id.ts';
import { isRowMac, rowMac } from '../row-mac.ts';

/** Amounts in minor units as text. */
export type RuleRow = readonly [action: string, currency: string | null, above: string | null];
/** As `approval_policy_row` writes it. */
export type PolicyRow = readonly [
  number: string,
  expirySeconds: number,
  rules: readonly RuleRow[],
  mac: string,
];
/** As `proposal_row` writes it. */
export type ProposalRow = readonly [
  id: string,
  action: string,
  proposer: string,
  proposerClient: string,
  expiresAt: string,
  hash: string,
  mac: string,
];
/** As `proposal_decision_row` writes it. It repeats the proposer, so that the database compares the two. */
export type DecisionRow = readonly [
  id: string,
  number: string,
  status: string,
  proposer: string,
  proposerClient: string,
  checker: string,
  checkerClient: string,
  mac: string,
];
/** A proposal as it stands. */
export type ProposalRows = readonly [proposal: ProposalRow, decision: DecisionRow | null];

interface Keyed {
  readonly ledgerId: number;
  readonly rowKey: Buffer;
}

function signed(table: string, { ledgerId, rowKey }: Keyed, columns: readonly Json[]): Json[] {
  return [...columns, rowMac(rowKey, table, [ledgerId, ...columns])];
}

/** Fails with InvariantViolation where the MAC is not valid: somebody else wrote the row. */
function requireMac(table: string, { ledgerId, rowKey }: Keyed, row: readonly Json[]): void {
  if (!isRowMac(String(row.at(-1)), rowKey, table, [ledgerId, ...row.slice(0, -1)]))
    throw new InvariantViolation(`a row of ${table} at event ${row[0]} has no valid MAC: run bahi verify`);
}

export const policyRow = (of: Keyed, { rules, expirySeconds }: Policy, number: number): Json[] =>
  signed('approval_policy', of, [
    String(number),
    expirySeconds,
    rules.map(({ action, above }) => [action, above?.currency ?? null, above ? String(above.amount) : null]),
  ]);

/** Undefined where there is none, or one that names no action: nothing needs a second person. */
export function policyFromRow(of: Keyed, row: PolicyRow | null): Policy | undefined {
  if (row === null) return undefined;
  requireMac('approval_policy', of, row as readonly Json[]);
  return policyOf(row);
}

export function policyOf([, expirySeconds, rules]: PolicyRow): Policy | undefined {
  return rules.length === 0 ? undefined : { expirySeconds, rules: rules.map(ruleFromRow) };
}

const ruleFromRow = ([action, currency, above]: RuleRow): PolicyRule => ({
  action: action as RuleAction,
  ...(currency === null || above === null ? {} : { above: { currency, amount: BigInt(above) } }),
});

export const proposalRow = (of: Keyed, state: ProposalState): Json[] =>
  signed('proposal', of, [
    String(state.id),
    state.action,
    state.proposer.name,
    state.proposer.client,
    String(state.expiresAt),
    state.hash,
  ]);

export const decisionRow = (
  of: Keyed,
  { id, proposer, status }: ProposalState,
  number: number,
  checker: { readonly name: string; readonly client: string },
): Json[] =>
  signed('proposal_decision', of, [
    String(id),
    String(number),
    status,
    proposer.name,
    proposer.client,
    checker.name,
    checker.client,
  ]);

/** `read` is the number up to which it was read. Fails with InvariantViolation where a MAC is not valid. */
export function proposalFromRows(of: Keyed, [row, decision]: ProposalRows, read: number): ProposalState {
  requireMac('proposal', of, row);
  if (decision) requireMac('proposal_decision', of, decision);
  const [id, action, name, client, expiresAt, hash] = row;
  return {
    id: Number(id),
    action: action as FourEyesAction,
    proposer: { name, client, apiKey: parseId('key', of.ledgerId, name) },
    expiresAt: Number(expiresAt),
    hash,
    status: (decision?.[2] ?? 'proposed') as ProposalStatus,
    changed: read,
    passedBy: read,
  };
}
