/** Commands about the policy of four eyes and about proposals. An approval is no command of its own: it is the proposed one (approval.ts). */
import type { Policy, PolicyRule } from '../../identity/four-eyes.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { exponentOf } from '../../kernel/currency.ts';
import { formatMinor } from '../../kernel/money.ts';

export interface SetPolicy extends Policy {
  readonly type: 'policy.set';
}

export interface RejectProposal {
  readonly type: 'proposal.reject';
  /** Number of the event that proposed it. */
  readonly proposal: number;
}

export const policyJson = ({ rules, expirySeconds }: Policy): Record<string, Json> => ({
  expires_in_seconds: expirySeconds,
  rules: rules.map(ruleJson),
});

const ruleJson = ({ action, above }: PolicyRule): Record<string, Json> => ({
  action,
  ...(above && { above: formatMinor(above.amount, exponentOf(above.currency)), currency: above.currency }),
});
