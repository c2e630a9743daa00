/** What may be told of an action that needs a second person: nothing of it is recorded, and the key stays unused. */
import { denied, malformed } from './failure-kind.ts';

export const FOUR_EYES_FAILURES = {
  approval_required: malformed(
    422,
    'An item of the atomic group needs the approval of a second person',
    'Send that item alone, where it becomes a proposal; nothing was stored, and the keys are unused.',
  ),
  proposal_hash_mismatch: malformed(
    422,
    'The hash is not that of what was proposed',
    'Read the proposal again and approve what it says, by the hash beside it.',
  ),
  proposal_decided: malformed(
    422,
    'The proposal has been approved or rejected',
    'Read the proposal for what became of it; to do it again, propose it again.',
  ),
  proposal_expired: malformed(
    422,
    'The proposal has expired',
    'Nothing was done. Propose it again under a new idempotency key.',
  ),
  own_proposal: denied(
    403,
    'Whoever proposed, or made the key or was made a key by whoever proposed, may not approve',
    'Have it approved by somebody else: an API key of another client, or another user at the shell.',
  ),
  proposer_not_active: denied(
    403,
    'The API key that proposed it is revoked or has ended',
    'Have it proposed again by a key that works; what a key proposed ends with it.',
  ),
} as const;
