/**
 * Scripts about holds on three accounts: so few that captures, voids and expiries meet holds in every state, over and
 * over. `a` has no floor, `b` a floor of zero, `c` a ceiling as well, and captures may take more than holds on `b` (and, at
 * times, on others); the numbers of what is asked for are those of
 * events that the script itself makes.
 */
import fc from 'fast-check';
import type { Command, CreateTransfer } from '../../src/engine/command.ts';
import { formatId } from '../../src/kernel/id.ts';
import { groupsOf, SHELL, type Step } from './arbitrary-commands.ts';

export const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const SECONDS = [10, 20];
/** Behind the four keys of the prelude. */
const FIRST_ACCOUNT = 5;
const ACCOUNTS = ['a', 'b', 'c'];

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
        currency: 'INR',
        owner: code === 'a' ? null : OWNER,
        settings: {
          floor: code === 'a' ? null : 0n,
          ceiling: code === 'c' ? 200n : null,
          debitsFrozen: false,
          creditsFrozen: false,
          closed: false,
          ...(code === 'b' ? { overCaptureBps: 5000 } : {}),
        },
      },
    },
  ],
}));

const funding = ['b', 'c'].map((credit) => ({ debit: 'a', credit, amount: 100n, currency: 'INR' }));
export const opening: readonly Step[] = [
  ...opened,
  {
    actor: SHELL,
    atomic: false,
    intents: [{ key: 'fund', command: { type: 'transfer.create', legs: funding } }],
  },
];

export const leg = fc
  .tuple(fc.shuffledSubarray(ACCOUNTS, { minLength: 2, maxLength: 2 }), fc.bigInt({ min: 1n, max: 30n }))
  .map(([[debit = '', credit = ''], amount]) => ({ debit, credit, amount, currency: 'INR' }));

export function holdScript(ledgerId: number, length: number): fc.Arbitrary<Step[]> {
  const first = FIRST_ACCOUNT + opening.length;
  const hold = fc.integer({ min: first - 1, max: first + Math.floor(length / 3) });
  const transfer: fc.Arbitrary<CreateTransfer> = fc.record(
    {
      type: fc.constant('transfer.create' as const),
      legs: fc.oneof(
        { weight: 3, arbitrary: fc.tuple(leg) },
        { weight: 2, arbitrary: fc.array(leg, { minLength: 2, maxLength: 3 }) },
      ),
      holdSeconds: fc.constantFrom(...SECONDS),
    },
    { requiredKeys: ['type', 'legs'] },
  );
  const placing = transfer.filter(({ holdSeconds }) => holdSeconds !== undefined);
  const capture: fc.Arbitrary<Command> = fc.record(
    {
      type: fc.constant('transfer.capture' as const),
      hold,
      amounts: fc
        .array(fc.constantFrom('0', '0.01', '0.03', '0.05', '0.1', '0.15', '0.25', '0.4', '0.001'), {
          minLength: 1,
          maxLength: 3,
        })
        .filter((amounts) => amounts.some((amount) => amount !== '0')),
      final: fc.boolean(),
    },
    { requiredKeys: ['type', 'hold', 'final'] },
  );
  const release: fc.Arbitrary<Command> = fc.record({
    type: fc.constantFrom('transfer.void' as const, 'transfer.expire' as const),
    hold,
  });
  const flag = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true));
  const update: fc.Arbitrary<Command> = fc.record({
    type: fc.constant('account.update' as const),
    currency: fc.constant('INR'),
    account: fc.integer({ min: FIRST_ACCOUNT, max: FIRST_ACCOUNT + ACCOUNTS.length - 1 }),
    change: fc.record(
      {
        debitsFrozen: flag,
        creditsFrozen: flag,
        closed: flag,
        overCaptureBps: fc.constantFrom(null, 1, 3333, 10_000),
      },
      { requiredKeys: [] },
    ),
  });
  const command = fc.oneof(
    { weight: 4, arbitrary: transfer },
    { weight: 7, arbitrary: placing },
    { weight: 10, arbitrary: capture },
    { weight: 3, arbitrary: release },
    { weight: 1, arbitrary: update },
  );
  const actor = fc.oneof(
    { weight: 5, arbitrary: fc.constant(SHELL) },
    fc
      .constantFrom(1, 2)
      .map((apiKey) => ({ name: formatId('key', ledgerId, apiKey), client: 'bank', apiKey })),
  );
  const later = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    fc.constantFrom(1, (SECONDS[0] as number) - 1, ...SECONDS),
  );
  const key = fc.integer({ min: 0, max: length * 4 }).map((n) => `k${n}`);
  const step = fc.tuple(actor, key, command, later).map(
    ([who, name, asked, seconds]): Step => ({
      actor: who,
      atomic: false,
      intents: [{ key: name, command: asked }],
      ...(seconds === 0 ? {} : { later: seconds }),
    }),
  );
  const group = groupsOf(actor, key, transfer);
  const steps = fc.oneof({ weight: 6, arbitrary: step }, { weight: 1, arbitrary: group });
  return fc.array(steps, { minLength: 1, maxLength: length, size: 'max' }).map((all) => [...opening, ...all]);
}
