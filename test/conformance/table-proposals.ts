/** Four eyes, case by case: a part of the table (table.ts). `clerk` and `app` are keys of one client, `other` of another one. */
import type { ProposalAsk, RuleBody } from './proposal-asks.ts';
import { type Ask, account, leg, type Row, transfer, update, type Who } from './table.ts';

const policy = (...rules: RuleBody[]): Ask => ({ ask: 'policy', rules, user: 'asha' });
const approve = (
  as: Who | 'asha' | 'ravi',
  more: Partial<Extract<ProposalAsk, { ask: 'approve' }>> = {},
): Ask => ({
  ask: 'approve',
  of: 'p',
  ...(as === 'asha' || as === 'ravi' ? { user: as } : { as }),
  ...more,
});
const reject = (as: Who | 'asha'): Ask => ({
  ask: 'reject',
  of: 'p',
  ...(as === 'asha' ? { user: as } : { as }),
});
const adjustment = (amount = '4.00', as: Who = 'clerk'): Ask => ({
  ask: 'adjust',
  as,
  body: { legs: [leg('a', 'b', amount)], reason: 'fix' },
  named: 'p',
});
const named = (ask: Ask): Ask => ({ ...ask, named: 'p' }) as Ask;

const funded: readonly Ask[] = [
  account('bank', { kind: 'asset' }),
  account('a', { floor: '0.00' }),
  account('b'),
  transfer(leg('bank', 'a', '10.00')),
];
const above: RuleBody = { action: 'transfer', above: '5', currency: 'INR' };
const kept: readonly Ask[] = [...funded, policy({ action: 'adjustment' }, { action: 'unfreeze' }, above)];
const DAILY = { name: 'daily', direction: 'outgoing', window: 'day', amount: '5.00' } as const;
const UNMOVED = { a: '10.00', b: '0.00' };
const MOVED = { a: '6.00', b: '4.00' };

export const PROPOSAL_ROWS: readonly Row[] = [
  {
    name: 'an adjustment that needs a second person moves nothing',
    given: kept,
    when: adjustment(),
    outcome: 'proposed',
    balances: UNMOVED,
  },
  {
    name: 'an adjustment needs none where the policy does not name it',
    given: [...funded, policy(above)],
    when: adjustment(),
    outcome: 'posted',
    balances: MOVED,
  },
  {
    name: 'a proposal is answered again under its key',
    given: [...kept, { ...adjustment(), key: 'k' }],
    when: { ...adjustment(), key: 'k' },
    outcome: 'replay proposed',
  },
  {
    name: 'a proposal is still answered after it is approved',
    given: [...kept, { ...adjustment(), key: 'k' }, approve('other')],
    when: { ...adjustment(), key: 'k' },
    outcome: 'replay proposed',
    balances: MOVED,
  },
  {
    name: 'a key of another client approves, and what was proposed is done',
    given: [...kept, adjustment()],
    when: approve('other'),
    outcome: 'done',
    balances: MOVED,
  },
  {
    name: 'a user at the shell approves',
    given: [...kept, adjustment()],
    when: approve('ravi'),
    outcome: 'done',
    balances: MOVED,
  },
  {
    name: 'an approval is answered again under its key, and moves nothing more',
    given: [...kept, adjustment(), { ...approve('other'), key: 'k' }],
    when: { ...approve('other'), key: 'k' },
    outcome: 'replay done',
    balances: MOVED,
  },
  {
    name: 'the key that proposed does not approve',
    given: [...kept, adjustment()],
    when: approve('clerk'),
    outcome: 'failed own_proposal',
    balances: UNMOVED,
  },
  {
    name: 'another key of the same client does not approve',
    given: [...kept, adjustment()],
    when: approve('app'),
    outcome: 'failed own_proposal',
    balances: UNMOVED,
  },
  {
    name: 'an approval names what it approves',
    given: [...kept, adjustment()],
    when: approve('other', { wrong: true }),
    outcome: 'failed proposal_hash_mismatch',
    balances: UNMOVED,
  },
  {
    name: 'a proposal is approved once',
    given: [...kept, adjustment(), approve('other')],
    when: approve('ravi'),
    outcome: 'failed proposal_decided',
    balances: MOVED,
  },
  {
    name: 'what is rejected is not approved',
    given: [...kept, adjustment(), reject('other')],
    when: approve('ravi'),
    outcome: 'failed proposal_decided',
    balances: UNMOVED,
  },
  {
    name: 'what is approved is not rejected',
    given: [...kept, adjustment(), approve('other')],
    when: reject('asha'),
    outcome: 'failed proposal_decided',
    balances: MOVED,
  },
  {
    name: 'whoever proposed takes it back by rejecting it',
    given: [...kept, adjustment()],
    when: reject('clerk'),
    outcome: 'done',
    balances: UNMOVED,
  },
  {
    name: 'a rejection is answered again under its key',
    given: [...kept, adjustment(), { ...reject('other'), key: 'k' }],
    when: { ...reject('other'), key: 'k' },
    outcome: 'replay done',
  },
  {
    name: 'a proposal of another ledger is unknown',
    given: kept,
    when: { ask: 'approve', of: '@foreign', as: 'other' },
    outcome: 'failed not_found',
  },
  {
    name: 'a proposal ends at its time',
    sandbox: true,
    given: [
      ...funded,
      { ask: 'policy', rules: [{ action: 'adjustment' }], user: 'asha', expires_in_seconds: 3600 },
      adjustment(),
      { ask: 'clock', body: { advance_seconds: 3600 } },
    ],
    when: approve('other'),
    outcome: 'failed proposal_expired',
    balances: UNMOVED,
  },
  {
    name: 'an approval is decided by the state of its moment, and is final',
    given: [...kept, adjustment(), transfer(leg('a', 'bank', '5.00')), transfer(leg('a', 'bank', '5.00'))],
    when: approve('other'),
    outcome: 'floor_breached@0',
    balances: { a: '0.00', b: '0.00' },
    refusals: { a: 1 },
  },
  {
    name: 'what a key proposed ends with it',
    given: [...kept, { ...adjustment(), as: 'clerk' }, { ask: 'revoke', whose: 'clerk' }],
    when: approve('other'),
    outcome: 'failed proposer_not_active',
    balances: {},
  },
  {
    name: 'a transfer that is not above the amount needs no second person',
    given: kept,
    when: transfer(leg('a', 'b', '5.00')),
    outcome: 'posted',
  },
  {
    name: 'a transfer above the amount does',
    given: kept,
    when: transfer(leg('a', 'b', '5.01')),
    outcome: 'proposed',
    balances: UNMOVED,
  },
  {
    name: 'legs that come to more together do',
    given: kept,
    when: transfer(leg('a', 'b', '3.00'), leg('a', 'b', '2.01')),
    outcome: 'proposed',
    balances: UNMOVED,
  },
  {
    name: 'an approved transfer has the rights of whoever proposed it, not of the checker',
    given: [...kept, { ...named(transfer(leg('bank', 'b', '6.00'))), as: 'app' }],
    when: approve('other'),
    outcome: 'debit_not_permitted@0',
    balances: UNMOVED,
  },
  {
    name: 'an atomic group with such a transfer is kept out whole',
    given: kept,
    when: {
      ask: 'batch',
      atomic: true,
      items: [
        { key: 'g1', legs: [leg('a', 'b', '1.00')] },
        { key: 'g2', legs: [leg('a', 'b', '6.00')] },
      ],
    },
    outcome: ['failed approval_required', 'failed approval_required'],
    balances: UNMOVED,
  },
  {
    name: 'in a plain batch such a transfer waits alone',
    given: kept,
    when: {
      ask: 'batch',
      atomic: false,
      items: [
        { key: 'g1', legs: [leg('a', 'b', '4.00')] },
        { key: 'g2', legs: [leg('a', 'b', '6.00')] },
      ],
    },
    outcome: ['posted', 'proposed'],
    balances: MOVED,
  },
  {
    name: 'a group of before the policy is answered again',
    given: [
      ...funded,
      { ask: 'batch', atomic: true, items: [{ key: 'g1', legs: [leg('a', 'b', '6.00')] }] },
      policy(above),
    ],
    when: { ask: 'batch', atomic: true, items: [{ key: 'g1', legs: [leg('a', 'b', '6.00')] }] },
    outcome: ['replay posted'],
  },
  {
    name: 'a freeze never waits',
    given: kept,
    when: update('a', { debits_frozen: true }),
    outcome: 'done',
  },
  {
    name: 'lifting a freeze does',
    given: [...kept, update('a', { debits_frozen: true }), named(update('a', { debits_frozen: false }))],
    when: transfer(leg('a', 'b')),
    outcome: 'debits_frozen@0',
  },
  {
    name: 'an approved lifting lets money move',
    given: [
      ...kept,
      update('a', { debits_frozen: true }),
      named(update('a', { debits_frozen: false })),
      approve('other'),
    ],
    when: transfer(leg('a', 'b', '4.00')),
    outcome: 'posted',
    balances: MOVED,
  },
  {
    name: 'another limit of a pool waits where bounds need a second person',
    given: [
      ...funded,
      { ask: 'pool', body: { name: 'both', currency: 'INR', accounts: ['a', 'b'], limits: [DAILY] } },
      policy({ action: 'bounds' }),
    ],
    when: { ask: 'repool', pool: 'both', body: { limits: [] } },
    outcome: 'proposed',
  },
  {
    name: 'without accounts:unrestricted nobody proposes another limit of a pool',
    given: [
      ...funded,
      { ask: 'pool', body: { name: 'both', currency: 'INR', accounts: ['a', 'b'], limits: [DAILY] } },
      policy({ action: 'bounds' }),
    ],
    when: { ask: 'repool', pool: 'both', as: 'app', body: { limits: [] } },
    outcome: 'failed forbidden',
  },
  {
    name: 'an account leaves no pool before a second person approves it',
    given: [
      ...funded,
      { ask: 'pool', body: { name: 'both', currency: 'INR', accounts: ['a', 'b'], limits: [DAILY] } },
      policy({ action: 'bounds' }),
      { ask: 'repool', pool: 'both', body: { remove: ['a'] } },
    ],
    when: transfer(leg('a', 'bank', '5.01')),
    outcome: 'limit_exceeded@0',
    balances: UNMOVED,
  },
  {
    name: 'a new floor waits where bounds need a second person',
    given: [...funded, policy({ action: 'bounds' })],
    when: update('a', { floor: '-5.00' }),
    outcome: 'proposed',
  },
  {
    name: 'the next policy waits itself',
    given: kept,
    when: { ask: 'policy', rules: [], user: 'ravi' },
    outcome: 'proposed',
  },
  {
    name: 'whoever proposed a policy does not approve it',
    given: [...kept, { ask: 'policy', rules: [], user: 'ravi', named: 'p' }],
    when: approve('ravi'),
    outcome: 'failed own_proposal',
  },
  {
    name: 'behind an approved policy without actions nothing waits',
    given: [...kept, { ask: 'policy', rules: [], user: 'ravi', named: 'p' }, approve('asha')],
    when: adjustment(),
    outcome: 'posted',
    balances: MOVED,
  },
  {
    name: 'what was proposed under an older policy is still approved',
    given: [
      ...kept,
      adjustment(),
      { ask: 'policy', rules: [], user: 'ravi', named: 'q' },
      { ...approve('asha'), of: 'q' } as Ask,
    ],
    when: approve('other'),
    outcome: 'done',
    balances: MOVED,
  },
  {
    name: 'a transfer that an approval scheduled is executed at its time',
    sandbox: true,
    given: [
      ...funded,
      policy(above),
      { ask: 'transfer', body: { legs: [leg('a', 'b', '6.00')], scheduled_in: 3600 }, named: 'p' },
      approve('other', { named: 's' }),
      { ask: 'clock', body: { advance_seconds: 3600 } },
    ],
    when: { ask: 'execute', of: 's' },
    outcome: 'posted',
    balances: { a: '4.00', b: '6.00' },
  },
];
