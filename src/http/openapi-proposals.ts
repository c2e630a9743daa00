/** Examples about four eyes: written, since the key of the examples may not approve; a test holds each against its schema. */
import type { WrittenExample } from './openapi-operators.ts';

const ID = 'prp_0k8l6s20000000as';
const HASH = '5f2c7d1e9b60a4438f1d0c5e7a92b3644e8d1f0a6c3b59722d8e4f7a1b0c6d35';
const EXPIRES_AT = '2026-11-03T09:30:00.000000Z';
const PROPOSED_AT = '2026-11-02T09:30:00.000000Z';
const DECIDED_AT = '2026-11-02T11:04:27.310552Z';

/** Operations that a policy may hold back. */
const WAITING = ['transfer.create', 'transfer.adjust', 'account.update', 'pool.update'];
export const waits = (useCase: string): boolean => WAITING.includes(useCase);

export const PROPOSED_EXAMPLE = {
  id: ID,
  status: 'proposed',
  action: 'unfreeze',
  operation: 'account.update',
  hash: HASH,
  expires_at: EXPIRES_AT,
  proposed_at: PROPOSED_AT,
  event_number: '348',
};

const PROPOSAL = {
  ...PROPOSED_EXAMPLE,
  command: { account: 'acc_0k8l6s2000000007', change: { debits_frozen: false } },
  proposed_by: 'key_0k8l6s2000000002',
  client: 'wallet-app',
  decided_by: null,
  decided_at: null,
  decision_event: null,
};

export const PROPOSAL_EXAMPLES: Readonly<Record<string, WrittenExample>> = {
  'policy.get': {
    status: 200,
    input: {},
    answer: {
      expires_in_seconds: 86_400,
      rules: [{ action: 'unfreeze' }, { action: 'transfer', above: '100000.00', currency: 'INR' }],
    },
  },
  'proposal.get': { status: 200, input: { params: { id: ID } }, answer: PROPOSAL },
  'proposal.list': {
    status: 200,
    input: {},
    answer: { data: [PROPOSAL], has_more: false, next_cursor: null, previous_cursor: null },
  },
  'proposal.approve': {
    status: 200,
    input: { params: { id: ID }, body: { hash: HASH } },
    answer: {
      id: ID,
      status: 'executed',
      operation: 'account.update',
      result: { id: 'acc_0k8l6s2000000007', debits_frozen: false },
      decided_at: DECIDED_AT,
      event_number: '351',
    },
  },
  'proposal.reject': {
    status: 200,
    input: { params: { id: ID }, body: {} },
    answer: { id: ID, status: 'rejected', decided_at: DECIDED_AT, event_number: '351' },
  },
};
