/** Facts of the transfer at hand and of its two accounts. */
import { AMOUNT_MINOR_MAX } from '../../kernel/money.ts';
import { type AccountFact, OPERATIONS, type Party, type TransferFact } from '../fact.ts';
import type { Shape } from '../node.ts';
import { AGE, BALANCE, type FactDefinition, OF_PARTY } from './definition.ts';

/** A hundred legs of the most that one may move. */
const AMOUNT: Shape = { type: 'money', min: 1n, max: 100n * AMOUNT_MINOR_MAX };
const NO_ACCOUNT = 'Where the party is no account of this ledger.';

const ofTransfer = (
  name: TransferFact,
  shape: Shape,
  summary: string,
  missing = 'Never.',
): FactDefinition => ({
  name,
  group: 'transfer',
  summary,
  missing,
  parameters: [],
  shape,
  need: () => ({ kind: 'transfer', fact: name }),
});

const ofAccount = (
  name: AccountFact,
  shape: Shape,
  summary: string,
  missing = NO_ACCOUNT,
): FactDefinition => ({
  name,
  group: 'account',
  summary,
  missing,
  parameters: [OF_PARTY],
  shape,
  need: ({ of }) => ({ kind: 'account', of: of as Party, fact: name }),
});

export const TRANSFER_DEFINITIONS: readonly FactDefinition[] = [
  ofTransfer(
    'amount',
    AMOUNT,
    'all that the transfer takes of this payer, over all its legs',
    'Where it is in another currency than the ruleset.',
  ),
  ofTransfer('currency', { type: 'text' }, 'currency of the transfer, ISO 4217'),
  ofTransfer(
    'operation',
    { type: 'text', values: OPERATIONS },
    `what is asked for: ${OPERATIONS.join(', ')}; a capture and an authorization are of money that is held already`,
  ),
  ofTransfer(
    'local_hour',
    { type: 'integer', min: 0n, max: 23n },
    'hour of the day in Indian Standard Time, 0 to 23',
  ),
  ofTransfer(
    'local_weekday',
    { type: 'integer', min: 1n, max: 7n },
    'day of the week in Indian Standard Time, 1 Monday to 7 Sunday',
  ),
  ofAccount('account_age', AGE, 'time since the account was opened'),
  ofAccount(
    'account_kind',
    { type: 'text', values: ['asset', 'liability', 'equity', 'income', 'expense'] },
    'kind of the account; customers’ accounts are liabilities',
  ),
  ofAccount('has_owner', { type: 'boolean' }, 'the account belongs to a customer'),
  ofAccount(
    'available',
    BALANCE,
    'what the account has, less what is held against it, before the transfer',
    'Where the party is no account of this ledger, or the transfer is in another currency than the ruleset.',
  ),
  {
    name: 'same_owner',
    group: 'account',
    summary: 'both accounts belong to one customer',
    missing: 'Where the payee is no account of this ledger, or one of the two has no owner.',
    parameters: [],
    shape: { type: 'boolean' },
    need: () => ({ kind: 'same_owner' }),
  },
];
