/** Who is a second person, what may still be decided, and what each action of a policy takes in. */
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/engine/command.ts';
import { needsFourEyes } from '../../src/engine/proposals/four-eyes-actions.ts';
import {
  isOwn,
  obstacleTo,
  type PolicyRule,
  PROPOSAL_STATUSES,
  type Side,
} from '../../src/identity/four-eyes.ts';

const key = (name: string, client: string, keyMaker = 'shell:ops'): Side => ({ name, client, keyMaker });
const shell = (user: string): Side => ({ name: `shell:${user}`, client: 'shell', keyMaker: undefined });

describe('a second person', () => {
  test.each<readonly [string, Side, Side, boolean]>([
    ['a key of another client is', key('key_1', 'wallet'), key('key_2', 'office'), false],
    ['another user at the shell is', shell('asha'), shell('ravi'), false],
    [
      'a user at the shell is, for a key that somebody else made',
      key('key_1', 'wallet'),
      shell('ravi'),
      false,
    ],
    [
      'a key that somebody else made is, for a user at the shell',
      shell('asha'),
      key('key_2', 'office'),
      false,
    ],
    ['the same key is not', key('key_1', 'wallet'), key('key_1', 'wallet'), true],
    ['the same user is not', shell('asha'), shell('asha'), true],
    ['another key of the same client is not', key('key_1', 'wallet'), key('key_2', 'wallet'), true],
    ['a key that the proposer made is not', shell('asha'), key('key_2', 'office', 'shell:asha'), true],
    ['who made the key of the proposer is not', key('key_1', 'wallet', 'shell:ravi'), shell('ravi'), true],
  ])('%s', (_, proposer, checker, own) => {
    expect(isOwn(proposer, checker)).toBe(own);
  });
});

test.each(PROPOSAL_STATUSES)('%s: what is decided stays, and what has ended is decided no more', (status) => {
  const proposal = { status, expiresAt: 100 };
  const decided = status === 'proposed' ? undefined : 'proposal_decided';
  expect(obstacleTo(proposal, 99)).toBe(decided);
  expect(obstacleTo(proposal, 100)).toBe(decided ?? 'proposal_expired');
});

describe('an action of the policy', () => {
  const leg = (amount: bigint, currency = 'INR') => ({ debit: 'a', credit: 'b', amount, currency });
  const transfer = (...amounts: bigint[]): Command => ({
    type: 'transfer.create',
    legs: amounts.map((amount) => leg(amount)),
  });
  const update = (change: object): Command => ({
    type: 'account.update',
    account: 1,
    currency: 'INR',
    change,
  });
  const above: PolicyRule = { action: 'transfer', above: { currency: 'INR', amount: 100n } };
  test.each<readonly [string, PolicyRule, Command, boolean]>([
    [
      'takes in an adjustment',
      { action: 'adjustment' },
      { type: 'transfer.adjust', legs: [], reason: 'r' },
      true,
    ],
    ['adjustment leaves transfers alone', { action: 'adjustment' }, transfer(1000n), false],
    ['leaves out what is not above', above, transfer(100n), false],
    ['takes in one paisa more', above, transfer(101n), true],
    ['takes in legs that come to more together', above, transfer(60n, 41n), true],
    [
      'adds up one currency alone',
      above,
      { type: 'transfer.create', legs: [leg(60n), leg(60n, 'USD')] },
      false,
    ],
    ['takes in holds', above, { ...transfer(101n), holdSeconds: 60 } as Command, true],
    ['bounds: a floor', { action: 'bounds' }, update({ floor: 0n }), true],
    ['bounds: a ceiling', { action: 'bounds' }, update({ ceiling: null }), true],
    ['bounds: limits', { action: 'bounds' }, update({ limits: [] }), true],
    ['bounds: over-capture', { action: 'bounds' }, update({ overCaptureBps: null }), true],
    ['bounds: step-up', { action: 'bounds' }, update({ stepUpAbove: null }), true],
    ['bounds: no freeze', { action: 'bounds' }, update({ debitsFrozen: true }), false],
    ['unfreeze: debits', { action: 'unfreeze' }, update({ debitsFrozen: false }), true],
    ['unfreeze: credits', { action: 'unfreeze' }, update({ creditsFrozen: false }), true],
    ['unfreeze: a reopening', { action: 'unfreeze' }, update({ closed: false }), true],
    [
      'unfreeze: no freeze, which must never wait',
      { action: 'unfreeze' },
      update({ debitsFrozen: true }),
      false,
    ],
  ])('%s', (_, rule, command, needs) => {
    const found = needsFourEyes({ rules: [rule], expirySeconds: 60 }, command);
    expect(found).toBe(needs ? rule.action : undefined);
  });

  test('is the policy itself, whatever it names', () => {
    const policy = { rules: [above], expirySeconds: 60 };
    expect(needsFourEyes(policy, { type: 'policy.set', rules: [], expirySeconds: 60 })).toBe('policy');
  });
});
