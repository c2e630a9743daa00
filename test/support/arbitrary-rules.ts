/**
 * Random rules: nodes of each type, a few levels deep, over facts of each type, and values of those facts, at their bounds, in between and missing.
 * Most of them are sound; those that are not (always true, out of range) the checks refuse, which tests count.
 */
import fc from 'fast-check';

type Type = 'boolean' | 'integer' | 'money' | 'duration' | 'text';

const SUM = { fact: 'sum', of: 'payer', direction: 'outgoing', within: '24h' };
const COUNT = { fact: 'count', of: 'payee', direction: 'incoming', within: 'month' };

/** Facts of each type, by their keys. */
const FACTS: Readonly<Record<Type, readonly (readonly [string, object])[]>> = {
  boolean: [
    ['recurring', { fact: 'recurring' }],
    ['has_owner(payer)', { fact: 'has_owner', of: 'payer' }],
    ['on_list(deny, payee)', { fact: 'on_list', list: 'deny', of: 'payee' }],
    ['attribute(payer, vulnerable)', { fact: 'attribute', of: 'payer', name: 'vulnerable' }],
  ],
  integer: [
    ['count(payee, incoming, month)', COUNT],
    [
      'count(payer, outgoing, 15m, refused)',
      { fact: 'count', of: 'payer', direction: 'outgoing', within: '15m', attempts: 'refused' },
    ],
    ['local_hour', { fact: 'local_hour' }],
    ['attribute(payee, visits)', { fact: 'attribute', of: 'payee', name: 'visits' }],
  ],
  money: [
    ['amount', { fact: 'amount' }],
    ['sum(payer, outgoing, 24h)', SUM],
    ['available(payer)', { fact: 'available', of: 'payer' }],
  ],
  duration: [
    ['account_age(payer)', { fact: 'account_age', of: 'payer' }],
    ['first_seen(payee)', { fact: 'first_seen', what: 'payee' }],
  ],
  text: [
    ['channel', { fact: 'channel' }],
    ['attribute(payer, kyc)', { fact: 'attribute', of: 'payer', name: 'kyc' }],
  ],
};

const COUNT_MAX = 1_000_000_000;
const TOTAL_MAX = 9n * 10n ** 18n;

const near = (least: number, most: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: least, max: Math.min(most, least + 20) }),
    fc.integer({ min: least, max: most }),
    fc.constant(most),
  );
const nearBig = (least: bigint, most: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(least, most), fc.constantFrom(least, most));

const valueOfKey: Readonly<Record<string, fc.Arbitrary<boolean | number | bigint | string>>> = {
  recurring: fc.boolean(),
  'has_owner(payer)': fc.boolean(),
  'on_list(deny, payee)': fc.boolean(),
  'attribute(payer, vulnerable)': fc.boolean(),
  'count(payee, incoming, month)': near(0, COUNT_MAX),
  'count(payer, outgoing, 15m, refused)': near(0, COUNT_MAX),
  local_hour: near(0, 23),
  'attribute(payee, visits)': near(-COUNT_MAX, COUNT_MAX),
  amount: nearBig(1n, 10n ** 17n).map((minor) => (minor < 1n ? 1n : minor)),
  'sum(payer, outgoing, 24h)': nearBig(0n, TOTAL_MAX),
  'available(payer)': nearBig(-TOTAL_MAX, TOTAL_MAX),
  'account_age(payer)': near(0, 3_153_600_000),
  'first_seen(payee)': near(0, 3_153_600_000),
  channel: fc.constantFrom('upi', 'card', 'branch'),
  'attribute(payer, kyc)': fc.constantFrom('full', 'upi', 'none'),
};

/** Values of all facts by their keys; undefined: missing. */
export const arbitraryFacts: fc.Arbitrary<
  Readonly<Record<string, boolean | number | bigint | string | undefined>>
> = fc.record(
  Object.fromEntries(
    Object.entries(valueOfKey).map(([key, values]) => [key, fc.option(values, { nil: undefined, freq: 4 })]),
  ),
);

const constants: Readonly<Record<Type, fc.Arbitrary<unknown>>> = {
  boolean: fc.boolean(),
  integer: fc.oneof(fc.integer({ min: -20, max: 30 }), fc.integer(), fc.maxSafeInteger()).map((n) => n + 0),
  money: fc
    .bigInt(0n, 40_000n)
    .map((minor) => ({ money: `${minor / 100n}.${(minor % 100n).toString().padStart(2, '0')}` })),
  duration: fc.constantFrom('0s', '90s', '15m', '24h', '30d', '36500d').map((duration) => ({ duration })),
  text: fc.constantFrom('upi', 'card', 'full'),
};

const NUMERIC = ['integer', 'money', 'duration'] as const;

/** A condition, up to so many levels deep. */
export const arbitraryCondition = (levels = 4): fc.Arbitrary<unknown> => nodeOf('boolean', levels);

function nodeOf(type: Type, levels: number): fc.Arbitrary<unknown> {
  const fact = fc.constantFrom(...FACTS[type].map(([, node]) => node));
  const leaf = fc.oneof({ weight: 3, arbitrary: fact }, { weight: 1, arbitrary: constants[type] });
  if (levels <= 1) return leaf;
  const inner = (of: Type): fc.Arbitrary<unknown> => nodeOf(of, levels - 1);
  const call = (name: string, ...args: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> =>
    fc.tuple(...args).map((given) => ({ [name]: given }));
  const several = (name: string, of: Type): fc.Arbitrary<unknown> =>
    fc.array(inner(of), { minLength: 2, maxLength: 3 }).map((given) => ({ [name]: given }));
  const any = fc.constantFrom<Type>('boolean', ...NUMERIC, 'text').chain(inner);
  const lenient = [
    call('or_else', fact, inner(type)),
    call('choose', inner('boolean'), inner(type), inner(type)),
  ];
  if (type === 'text') return fc.oneof(leaf, ...lenient);
  if (type === 'boolean')
    return fc.oneof(
      leaf,
      ...lenient,
      several('all', 'boolean'),
      several('any', 'boolean'),
      call('not', inner('boolean')),
      call('is_missing', any),
      call('equals', inner('text'), inner('text')),
      call('is_one_of', inner('text'), fc.constant('upi'), fc.constant('card')),
      ...NUMERIC.flatMap((of) => [
        ...['more_than', 'at_least', 'less_than', 'at_most', 'equals'].map((name) =>
          call(name, inner(of), inner(of)),
        ),
        call('between', inner(of), inner(of), inner(of)),
      ]),
    );
  return fc.oneof(
    leaf,
    ...lenient,
    several('plus', type),
    several('largest_of', type),
    several('smallest_of', type),
    call('minus', inner(type), inner(type)),
    call('times', inner(type), inner('integer')),
    call('divide', inner(type), inner('integer')),
    ...(type === 'integer' ? NUMERIC.map((of) => call('share', inner(of), inner(of))) : []),
  );
}
