/** What the ledger answers where accounts are in pools: rows of the table (table.ts). */
import {
  type Ask,
  account,
  capture,
  group,
  hold,
  type LimitBody,
  leg,
  type Row,
  transfer,
  update,
  voided,
} from './table.ts';

export const OWNER = 'c0a8f4d2-1b3e-4c5d-8e7f-9a0b1c2d3e4f';
export const daily = (more: Partial<LimitBody>): LimitBody => ({
  name: 'daily',
  direction: 'outgoing',
  window: 'day',
  ...more,
});
/** Customer `x` and `y`, both of one owner, with 10.00 each; `shop` is somebody else's. */
export const funded: readonly Ask[] = [
  account('bank', { kind: 'asset' }),
  account('shop', { owner: 'd0a8f4d2-1b3e-4c5d-8e7f-9a0b1c2d3e4f' }),
  account('x', { owner: OWNER }),
  account('y', { owner: OWNER }),
  transfer(leg('bank', 'x', '10.00'), leg('bank', 'y', '10.00')),
];
export const customer = (...limits: LimitBody[]): Ask => ({
  ask: 'pool',
  body: { name: 'customer', currency: 'INR', owner: OWNER, limits },
});
export const listed = (name: string, accounts: readonly string[], ...limits: LimitBody[]): Ask => ({
  ask: 'pool',
  body: { name, currency: 'INR', accounts, limits },
});
export const pay = (from: string, amount: string): Ask => transfer(leg(from, 'shop', amount));
export const POOL_ROWS: readonly Row[] = [
  {
    name: 'a limit of a customer lets through what reaches it exactly, from whichever account',
    given: [...funded, customer(daily({ amount: '5.00' })), pay('x', '2.00')],
    when: pay('y', '3.00'),
    outcome: 'posted',
    balances: { x: '8.00', y: '7.00' },
  },
  {
    name: 'a limit of a customer stands against what goes above it from another account',
    given: [...funded, customer(daily({ amount: '5.00' })), pay('x', '2.00')],
    when: pay('y', '3.01'),
    outcome: 'limit_exceeded@0',
    balances: { x: '8.00', y: '10.00' },
    refusals: { x: 0, y: 1 },
  },
  {
    name: 'what a customer moves between its own accounts does not count',
    given: [...funded, customer(daily({ amount: '5.00' })), transfer(leg('x', 'y', '9.00'))],
    when: pay('y', '5.00'),
    outcome: 'posted',
  },
  {
    name: 'a transfer whose legs leave several accounts of a pool counts once in it',
    given: [...funded, customer(daily({ count: 1, amount: '5.00' }))],
    when: transfer(leg('x', 'shop', '2.00'), leg('y', 'shop', '3.00')),
    outcome: 'posted',
  },
  {
    name: 'a later leg that goes above a limit of a pool takes back the whole transfer',
    given: [
      ...funded,
      customer(daily({ window: '3600s', amount: '5.00', count: 1 })),
      transfer(leg('x', 'shop', '2.00'), leg('y', 'shop', '3.01')),
    ],
    when: transfer(leg('x', 'shop', '2.00'), leg('y', 'shop', '3.00')),
    outcome: 'posted',
    refusals: { x: 1, y: 1 },
  },
  {
    name: 'an account that is opened later joins the pools of its owner',
    given: [
      ...funded,
      customer(daily({ amount: '5.00' })),
      account('z', { owner: OWNER }),
      transfer(leg('bank', 'z', '10.00')),
      pay('x', '5.00'),
    ],
    when: pay('z', '0.01'),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'an incoming limit of a pool stands against whoever pays into it',
    given: [
      ...funded,
      customer(daily({ direction: 'incoming', amount: '5.00' })),
      transfer(leg('bank', 'x', '3.00')),
    ],
    when: transfer(leg('bank', 'y', '2.01')),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'what comes in by one account gives net of the pool its room back for another',
    given: [
      ...funded,
      customer(daily({ direction: 'net', amount: '3.00' })),
      pay('x', '3.00'),
      transfer(leg('bank', 'y', '2.00')),
    ],
    when: pay('x', '2.00'),
    outcome: 'posted',
  },
  {
    name: 'what is held for a pool gives net no room before it is captured',
    given: [
      ...funded,
      customer(daily({ direction: 'net', amount: '3.00' })),
      pay('x', '3.00'),
      hold(leg('bank', 'y', '2.00')),
    ],
    when: pay('x', '0.01'),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'what is captured for a pool gives net its room back',
    given: [
      ...funded,
      customer(daily({ direction: 'net', amount: '3.00' })),
      pay('x', '3.00'),
      hold(leg('bank', 'y', '2.00')),
      capture({ amount: '1.00' }),
    ],
    when: pay('x', '1.00'),
    outcome: 'posted',
  },
  {
    name: 'a hold counts in a pool when it is placed, and a void gives nothing back',
    given: [...funded, customer(daily({ amount: '5.00' })), hold(leg('x', 'shop', '4.00')), voided()],
    when: pay('y', '1.01'),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'a capture does not count again in a pool',
    given: [
      ...funded,
      customer(daily({ amount: '5.00', count: 2 })),
      hold(leg('x', 'shop', '4.00')),
      capture(),
    ],
    when: pay('y', '1.00'),
    outcome: 'posted',
  },
  {
    name: 'a limit of a pool stands against what a capture takes beyond its hold, and counts it',
    given: [
      ...funded,
      update('x', { over_capture_percent: '50' }),
      customer(daily({ amount: '5.00' })),
      hold(leg('x', 'shop', '4.00')),
      pay('y', '0.50'),
    ],
    when: capture({ amount: '4.51' }),
    outcome: 'limit_exceeded@0',
    balances: { x: '10.00' },
  },
  {
    name: 'a capture that goes above a limit of a pool by a later leg leaves the pool as it was',
    given: [
      ...funded,
      update('x', { over_capture_percent: '50' }),
      customer(daily({ window: '3600s', amount: '4.50' })),
      hold(leg('x', 'shop', '2.00'), leg('x', 'shop', '2.00')),
      capture({ amounts: ['2.40', '2.40'] }),
    ],
    when: pay('y', '0.50'),
    outcome: 'posted',
  },
  {
    name: 'a reversal gives gross of a pool no room back',
    given: [
      ...funded,
      customer(daily({ amount: '5.00' })),
      { ask: 'transfer', body: { legs: [leg('x', 'shop', '4.00')] }, named: 't' },
      { ask: 'reverse', of: 't', body: {} },
    ],
    when: pay('y', '1.01'),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'a limit of a pool stands against an adjustment',
    given: [...funded, customer(daily({ amount: '5.00' })), pay('x', '5.00')],
    when: { ask: 'adjust', body: { legs: [leg('y', 'shop', '0.01')], reason: 'duplicate-posting' } },
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'a scheduled transfer counts in a pool when it is executed',
    given: [
      ...funded,
      customer(daily({ amount: '5.00' })),
      { ask: 'transfer', body: { legs: [leg('x', 'shop', '4.00')], scheduled_in: 1 }, named: 't' },
      pay('y', '2.00'),
      { ask: 'pass', seconds: 1 },
    ],
    when: { ask: 'execute', of: 't', named: 'e' },
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'a group that goes above a limit of a pool together is refused together',
    given: [...funded, customer(daily({ amount: '5.00' }))],
    when: group(['k1', leg('x', 'shop', '3.00')], ['k2', leg('y', 'shop', '2.01')]),
    outcome: ['linked_item_refused', 'limit_exceeded@0'],
  },
  {
    name: 'after a group that was refused a pool has all its room',
    given: [
      ...funded,
      customer(daily({ window: '3600s', amount: '5.00', count: 1 })),
      group(['k1', leg('x', 'shop', '3.00')], ['k2', leg('y', 'shop', '2.01')]),
    ],
    when: pay('y', '5.00'),
    outcome: 'posted',
  },
  {
    name: 'a pool counts the accounts that it lists, and no other',
    given: [...funded, listed('p', ['x'], daily({ amount: '5.00' })), pay('x', '5.00')],
    when: pay('y', '9.00'),
    outcome: 'posted',
  },
  {
    name: 'an account that joins a pool brings nothing along',
    given: [
      ...funded,
      listed('p', ['x'], daily({ amount: '5.00' })),
      pay('y', '4.00'),
      { ask: 'repool', pool: 'p', body: { add: ['y'] } },
    ],
    when: pay('y', '5.00'),
    outcome: 'posted',
  },
  {
    name: 'an account that leaves a pool takes nothing away',
    given: [
      ...funded,
      listed('p', ['x', 'y'], daily({ amount: '5.00' })),
      pay('y', '5.00'),
      { ask: 'repool', pool: 'p', body: { remove: ['y'] } },
    ],
    when: pay('x', '0.01'),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'of several pools of an account each one stands',
    given: [
      ...funded,
      listed('p', ['x', 'y'], daily({ amount: '5.00' })),
      listed('q', ['x'], daily({ amount: '3.00' })),
    ],
    when: pay('x', '3.01'),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'a limit of a pool that is raised goes on counting',
    given: [
      ...funded,
      customer(daily({ amount: '3.00' })),
      pay('x', '3.00'),
      { ask: 'repool', pool: 'customer', body: { limits: [daily({ amount: '5.00' })] } },
    ],
    when: pay('y', '2.01'),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'a pool without its limits lets everything through',
    given: [
      ...funded,
      customer(daily({ amount: '1.00' })),
      { ask: 'repool', pool: 'customer', body: { limits: [] } },
    ],
    when: pay('x', '9.00'),
    outcome: 'posted',
  },
  {
    name: 'a pool that was created is answered the same again',
    given: [...funded, { ...customer(daily({ amount: '1.00' })), key: 'once' }],
    when: { ...customer(daily({ amount: '1.00' })), key: 'once' },
    outcome: 'replay done',
  },
  {
    name: 'two pools of a ledger have different names',
    given: [...funded, listed('p', ['x'])],
    when: listed('p', ['y']),
    outcome: 'pool_name_taken',
  },
  {
    name: 'an account is in four pools at most',
    given: [...funded, ...['p', 'q', 'r', 's'].map((name) => listed(name, ['x']))],
    when: customer(),
    outcome: 'too_many_pools',
  },
  {
    name: 'an account that is in four pools joins no other',
    given: [...funded, ...['p', 'q', 'r', 's'].map((name) => listed(name, ['x'])), listed('t', ['y'])],
    when: { ask: 'repool', pool: 't', body: { add: ['x'] } },
    outcome: 'too_many_pools',
  },
  {
    name: 'a pool takes in five hundred accounts at most',
    given: Array.from({ length: 501 }, (_, i) => account(`n${i}`, { owner: OWNER })),
    when: customer(),
    outcome: 'pool_too_large',
  },
  {
    name: 'without accounts:unrestricted nobody creates a pool',
    given: funded,
    when: { ...customer(), as: 'app' },
    outcome: 'failed forbidden',
  },
];
