/**
 * Scripts about reversals on a few accounts in two currencies: so few that reversals meet transfers in every state, over
 * and over. `a` and `x` have no floor, `b` has a floor of zero, `c` a ceiling as well; the numbers of what is reversed are
 * those of events that the script itself makes.
 */
import fc from 'fast-check';
import type { Command, LegRequest } from '../../src/engine/command.ts';
import { formatId } from '../../src/kernel/id.ts';
import { SHELL, type Step } from './arbitrary-commands.ts';
import { dated } from './arbitrary-effective.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
/** Behind the four keys of the prelude. */
const FIRST_ACCOUNT = 5;
const INR = ['a', 'b', 'c'];
const JPY = ['x', 'y'];
const ACCOUNTS = [...INR, ...JPY];

const opened: readonly Step[] = ACCOUNTS.map((code) => ({
  actor: SHELL,
  atomic: false,
  intents: [
    {
      key: `open-${code}`,
      command: {
        type: 'account.create',
        code,
        kind: 'liability',
        currency: JPY.includes(code) ? 'JPY' : 'INR',
        owner: code === 'a' ? null : OWNER,
        settings: {
          floor: code === 'a' || code === 'x' ? null : 0n,
          ceiling: code === 'c' ? 200n : null,
          debitsFrozen: false,
          creditsFrozen: false,
          closed: false,
        },
      },
    },
  ],
}));
const funding = ['b', 'c'].map((credit) => ({ debit: 'a', credit, amount: 100n, currency: 'INR' }));
const opening: readonly Step[] = [
  ...opened,
  {
    actor: SHELL,
    atomic: false,
    intents: [{ key: 'fund', command: { type: 'transfer.create', legs: funding } }],
  },
];

const legIn = (currency: string, codes: readonly string[]): fc.Arbitrary<LegRequest> =>
  fc
    .tuple(fc.shuffledSubarray([...codes], { minLength: 2, maxLength: 2 }), fc.bigInt({ min: 1n, max: 30n }))
    .map(([[debit = '', credit = ''], amount]) => ({ debit, credit, amount, currency }));
const inr = legIn('INR', INR);
const leg = fc.oneof({ weight: 5, arbitrary: inr }, legIn('JPY', JPY));

export function reversalScript(ledgerId: number, length: number): fc.Arbitrary<Step[]> {
  const first = FIRST_ACCOUNT + opening.length;
  const number = fc.integer({ min: first - 1, max: first + Math.floor(length / 2) });
  const legs = fc.oneof(
    { weight: 2, arbitrary: fc.tuple(leg) },
    { weight: 3, arbitrary: fc.array(inr, { minLength: 2, maxLength: 4, size: 'max' }) },
    { weight: 1, arbitrary: fc.array(leg, { minLength: 2, maxLength: 3 }) },
  );
  const some = fc.constantFrom('0.01', '0.03', '0.07', '0.1', '0.2', '1', '3', '0.001', '20');
  const reference = fc.constantFrom('r1', 'r2');
  const reversal: fc.Arbitrary<Command> = fc.record(
    {
      type: fc.constant('transfer.reverse' as const),
      transfer: number,
      amount: fc.oneof(
        { weight: 3, arbitrary: some },
        fc.array(fc.oneof(some, fc.constant('0')), { minLength: 1, maxLength: 3 }).filter(
          // Not nothing at all: that is malformed.
          (amounts) => amounts.some((amount) => amount !== '0'),
        ),
      ),
      reference,
    },
    { requiredKeys: ['type', 'transfer'] },
  );
  const hold = fc.record({
    type: fc.constant('transfer.create' as const),
    legs,
    holdSeconds: fc.constant(1000),
  });
  const capture: fc.Arbitrary<Command> = fc.record(
    {
      type: fc.constant('transfer.capture' as const),
      hold: number,
      amounts: fc.tuple(fc.constantFrom('0', '0.01'), fc.constant('0.05')),
      final: fc.boolean(),
    },
    { requiredKeys: ['type', 'hold', 'final'] },
  );
  const flag = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true));
  const update: fc.Arbitrary<Command> = fc.record({
    type: fc.constant('account.update' as const),
    currency: fc.constant('INR'),
    account: fc.integer({ min: FIRST_ACCOUNT, max: FIRST_ACCOUNT + INR.length - 1 }),
    change: fc.record({ debitsFrozen: flag, creditsFrozen: flag, closed: flag }, { requiredKeys: [] }),
  });
  const command = fc.oneof(
    {
      weight: 6,
      arbitrary: dated(
        fc.record(
          { type: fc.constant('transfer.create' as const), legs, reference },
          { requiredKeys: ['type', 'legs'] },
        ),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('transfer.adjust' as const),
        legs,
        reason: fc.constantFrom('typo', 'duplicate'),
      }),
    },
    { weight: 12, arbitrary: dated(reversal) },
    { weight: 2, arbitrary: hold },
    { weight: 2, arbitrary: capture },
    { weight: 1, arbitrary: update },
  );
  const actor = fc.oneof(
    { weight: 5, arbitrary: fc.constant(SHELL) },
    fc
      .constantFrom(1, 2)
      .map((apiKey) => ({ name: formatId('key', ledgerId, apiKey), client: 'bank', apiKey })),
  );
  const key = fc.integer({ min: 0, max: length * 4 }).map((n) => `k${n}`);
  const step = fc.tuple(actor, key, command).map(
    ([who, name, asked]): Step => ({
      actor: who,
      atomic: false,
      intents: [{ key: name, command: asked }],
    }),
  );
  return fc
    .array(step, { minLength: 1, maxLength: length, size: 'max' })
    .map((steps) => [...opening, ...steps]);
}
