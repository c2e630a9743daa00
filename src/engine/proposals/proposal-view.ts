/** Proposals and policies on the wire. */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import {
  EXPIRY_SECONDS_DEFAULT,
  EXPIRY_SECONDS_MAX,
  EXPIRY_SECONDS_MIN,
  obstacleTo,
  PROPOSAL_STATUSES,
  RULE_ACTIONS,
} from '../../identity/four-eyes.ts';
import { formatMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { formatId, parseId } from '../../kernel/id.ts';
import type { Engine } from '../use-case.ts';
import { proposalFromRows } from './proposal-row.ts';
import type { StoredProposal } from './store.ts';

export const proposalPath = z.string().max(64).meta({ example: 'prp_0k3m9c200000001h' });
const action = z.enum([...RULE_ACTIONS, 'policy']).meta({
  description:
    'For which action of the policy it needs a second person; policy: it changes the policy itself.',
});
const hash = z.string().meta({
  description:
    'SHA-256 of what is proposed (operation, path and payload), hexadecimal: an approval names it.',
});

/** The 202 of whatever needs a second person. */
export const proposed = z
  .strictObject({
    id: z.string(),
    status: z.literal('proposed'),
    action,
    operation: z.string(),
    hash,
    expires_at: z.string(),
    proposed_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'Proposed', description: 'Nothing is done yet: a second person has to approve it.' });

export const proposal = z
  .strictObject({
    id: z.string(),
    status: z.enum([...PROPOSAL_STATUSES, 'expired']).meta({
      description:
        'execution_refused: it was approved, and the ledger refused it then. All but proposed are final.',
    }),
    action,
    operation: z.string(),
    hash,
    command: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What is proposed, as its event says it.' }),
    proposed_by: z.string().meta({ description: 'The API key, or shell:<user>.' }),
    client: z.string(),
    proposed_at: z.string(),
    expires_at: z.string(),
    decided_by: z.string().nullable(),
    decided_at: z.string().nullable(),
    decision_event: z.string().nullable(),
    event_number: z.string(),
  })
  .meta({ id: 'Proposal' });

/** Fails with InvariantViolation where a row has no valid MAC. */
export function proposalView(
  { rowKey }: Engine,
  ledgerId: number,
  { row, decision, body, now, decided_at }: StoredProposal,
): z.output<typeof proposal> {
  const state = proposalFromRows({ ledgerId, rowKey }, [row, decision], 0);
  const { at, data } = parseEvent(body);
  return {
    id: formatId('prp', ledgerId, state.id),
    status: obstacleTo(state, now) === 'proposal_expired' ? 'expired' : state.status,
    action: state.action,
    operation: String(data['operation']),
    hash: state.hash,
    command: data['command'] as Record<string, unknown>,
    proposed_by: state.proposer.name,
    client: state.proposer.client,
    proposed_at: at,
    expires_at: formatMicros(state.expiresAt),
    decided_by: decision?.[5] ?? null,
    decided_at: decided_at === null ? null : formatMicros(decided_at),
    decision_event: decision?.[1] ?? null,
    event_number: String(state.id),
  };
}

/** The number of a proposal named in a path. Fails with not_found. */
export function proposalNumber(ledgerId: number, id: string): number {
  const number = parseId('prp', ledgerId, id);
  if (number === undefined) throw new FailureError('not_found');
  return number;
}

export const rule = z
  .strictObject({
    action: z.enum(RULE_ACTIONS).meta({
      description:
        'adjustment: every adjustment. bounds: changes of floor, ceiling, limits, step-up and over-capture of an account, and of a pool. unfreeze: lifting a freeze, or reopening an account. transfer: transfers above an amount.',
    }),
    above: z
      .string()
      .optional()
      .meta({ description: 'Of transfer: what needs none yet, in all legs of the currency.' }),
    currency: z.string().optional(),
  })
  .meta({ id: 'PolicyRule' });

export const expirySeconds = z
  .int()
  .min(EXPIRY_SECONDS_MIN)
  .max(EXPIRY_SECONDS_MAX)
  .default(EXPIRY_SECONDS_DEFAULT)
  .meta({ description: 'How long a proposal waits.' });

/** What holds: no rules, and nothing needs a second person. */
export const policy = z
  .strictObject({ expires_in_seconds: z.int(), rules: z.array(rule) })
  .meta({ id: 'ApprovalPolicy' });
