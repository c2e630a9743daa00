/**
 * Scripts for a sandbox ledger about amounts that provoke refusals, and those beside them, of transfers, holds, groups, captures,
 * reversals and adjustments. `a` and `x` have no floor and no owner, the others a floor of zero; `x` and `y` hold yen, which
 * have no decimals. Amounts that provoke faults are not among them: the model ledger has none.
 */
import fc from 'fast-check';
import type { Command, CreateTransfer, LegRequest } from '../../src/engine/command.ts';
import { formatId } from '../../src/kernel/id.ts';
import { groupsOf, SHELL, type Step } from './arbitrary-commands.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
/** Behind the four keys of the prelude. */
const FIRST_ACCOUNT = 5;
const CURRENCIES = { a: 'INR', b: 'INR', c: 'INR', x: 'JPY', y: 'JPY' } as const;
const ACCOUNTS = Object.keys(CURRENCIES) as (keyof typeof CURRENCIES)[];
const isBank = (code: string): boolean => code === 'a' || code === 'x';

const opening: readonly Step[] = [
  ...ACCOUNTS.map(
    (code): Command => ({
      type: 'account.create',
      code,
      kind: 'liability',
      currency: CURRENCIES[code],
      owner: isBank(code) ? null : OWNER,
      settings: {
        floor: isBank(code) ? null : 0n,
        ceiling: null,
        debitsFrozen: false,
        creditsFrozen: false,
        closed: false,
      },
    }),
  ),
  ...ACCOUNTS.filter((code) => !isBank(code)).map(
    (credit): Command => ({
      type: 'transfer.create',
      legs: [{ debit: credit === 'y' ? 'x' : 'a', credit, amount: 3_000_000n, currency: CURRENCIES[credit] }],
    }),
  ),
].map((command, i) => ({ actor: SHELL, atomic: false, intents: [{ key: `opening-${i}`, command }] }));

/** Minor units: those of the table but the faults, and what stands beside them. */
const stretches = [
  [990_000, 990_012],
  [990_020, 990_024],
  [990_030, 990_037],
  [990_040, 990_046],
] as const;
const minor = fc.oneof(
  ...stretches.map(([min, max]) => ({ weight: 2, arbitrary: fc.integer({ min, max }) })),
  { weight: 2, arbitrary: fc.constantFrom(1, 99, 100_000, 990_100, 1_000_000) },
);
const legIn = (currency: 'INR' | 'JPY'): fc.Arbitrary<LegRequest> =>
  fc
    .tuple(
      fc.shuffledSubarray(
        ACCOUNTS.filter((code) => CURRENCIES[code] === currency),
        { minLength: 2, maxLength: 2 },
      ),
      minor,
    )
    .map(([[debit = '', credit = ''], amount]) => ({ debit, credit, amount: BigInt(amount), currency }));
const leg = fc.oneof({ weight: 3, arbitrary: legIn('INR') }, legIn('JPY'));
const plain = leg.map((one) => ({ ...one, amount: 1_000_000n }));
const legs = fc.oneof(
  { weight: 3, arbitrary: fc.array(plain, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(leg, { minLength: 1, maxLength: 3 }) },
);
/** As many decimals as rupees have, or none as yen have; trimmed, as a command has them. */
const named = fc.tuple(minor, fc.boolean()).map(([of, yen]) => (yen ? String(of) : String(of / 100)));
const amounts = fc.array(named, { minLength: 1, maxLength: 2 });

export function provokedScript(ledgerId: number, length: number): fc.Arbitrary<Step[]> {
  const first = FIRST_ACCOUNT + opening.length;
  const number = fc.integer({ min: first, max: first + Math.floor(length / 3) });
  const transfer: fc.Arbitrary<CreateTransfer> = fc.record(
    { type: fc.constant('transfer.create' as const), legs, holdSeconds: fc.constant(1000) },
    { requiredKeys: ['type', 'legs'] },
  );
  const adjustment = fc.record({
    type: fc.constant('transfer.adjust' as const),
    legs,
    reason: fc.constant('typo'),
  });
  const capture = fc.record(
    { type: fc.constant('transfer.capture' as const), hold: number, amounts, final: fc.boolean() },
    { requiredKeys: ['type', 'hold', 'final'] },
  );
  const reversal = fc.record(
    { type: fc.constant('transfer.reverse' as const), transfer: number, amount: fc.oneof(named, amounts) },
    { requiredKeys: ['type', 'transfer'] },
  );
  const command: fc.Arbitrary<Command> = fc.oneof(
    { weight: 6, arbitrary: transfer },
    { weight: 2, arbitrary: adjustment },
    { weight: 8, arbitrary: capture },
    { weight: 8, arbitrary: reversal },
  );
  const actor = fc.oneof(
    { weight: 3, arbitrary: fc.constant(SHELL) },
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
  const steps = fc.oneof(
    { weight: 8, arbitrary: step },
    { weight: 1, arbitrary: groupsOf(actor, key, transfer) },
  );
  return fc.array(steps, { minLength: 1, maxLength: length, size: 'max' }).map((all) => [...opening, ...all]);
}
