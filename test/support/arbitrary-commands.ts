/**
 * Arbitraries of valid commands and of whole scripts: what clients might ask of one small ledger, so small that the
 * same accounts, keys and ids meet again and again.
 *
 * A script is concrete: ids are made from small event numbers that may or may not turn out to be accounts, so the same
 * script can be run in any order, by the model, by the fold, and by posters on PostgreSQL.
 */
import fc from 'fast-check';
import type { Actor, Command, CreateAccount, CreateTransfer, LegRequest } from '../../src/engine/command.ts';
import { SCOPES } from '../../src/identity/api-key.ts';
import { CURRENCIES } from '../../src/kernel/currency.ts';
import { formatId, LEDGER_ID_MAX, NUMBER_MAX } from '../../src/kernel/id.ts';
import { AMOUNT_MINOR_MAX, TOTAL_MINOR_MAX } from '../../src/kernel/money.ts';
import { ACCOUNT_KINDS, type AccountSettings } from '../../src/ledger/account.ts';

export const token = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
export const currency = fc.constantFrom(...CURRENCIES);
const owner = fc.option(fc.uuid(), { nil: null });
const bound = fc.option(fc.bigInt({ min: -TOTAL_MINOR_MAX, max: TOTAL_MINOR_MAX }), { nil: null });
export const accountRef = fc.oneof(
  token,
  fc
    .tuple(fc.integer({ min: 0, max: LEDGER_ID_MAX }), fc.integer({ min: 0, max: NUMBER_MAX }))
    .map(([ledgerId, number]) => formatId('acc', ledgerId, number)),
);

const settings = fc.record({
  floor: bound,
  ceiling: bound,
  debitsFrozen: fc.boolean(),
  creditsFrozen: fc.boolean(),
  closed: fc.constant(false),
});

export const anyLeg: fc.Arbitrary<LegRequest> = fc.record({
  debit: accountRef,
  credit: accountRef,
  amount: fc.bigInt({ min: 1n, max: AMOUNT_MINOR_MAX }),
  currency,
});

/** Any transfer that the wire or an import may produce. */
export const anyTransfer: fc.Arbitrary<CreateTransfer> = fc.record(
  {
    type: fc.constant('transfer.create' as const),
    legs: fc.array(anyLeg, { minLength: 1, maxLength: 5 }),
    reference: token,
    metadata: fc.dictionary(token, token, { maxKeys: 5, noNullPrototype: true }),
    sourceTime: fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })),
  },
  { requiredKeys: ['type', 'legs'] },
);

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  anyTransfer,
  fc.record({
    type: fc.constant('account.create' as const),
    code: fc.option(token, { nil: undefined }),
    kind: fc.constantFrom(...ACCOUNT_KINDS),
    currency,
    owner,
    settings,
  }),
  fc.record({
    type: fc.constant('account.update' as const),
    account: fc.integer({ min: 1, max: NUMBER_MAX }),
    change: fc.record(
      { debitsFrozen: fc.boolean(), creditsFrozen: fc.boolean(), closed: fc.boolean() },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    type: fc.constant('key.create' as const),
    client: token,
    scopes: fc.subarray([...SCOPES], { minLength: 1 }),
    prefix: fc.stringMatching(/^[0-9a-v]{8}$/),
    secretHash: fc.stringMatching(/^[0-9a-f]{64}$/),
    expiresAt: fc.option(fc.integer({ min: 1, max: 4_000_000_000_000_000 }), { nil: null }),
  }),
  fc.record({ type: fc.constant('key.revoke' as const), apiKey: fc.integer({ min: 1, max: NUMBER_MAX }) }),
  fc.record({
    type: fc.constant('ledger.create' as const),
    id: fc.integer({ min: 1, max: LEDGER_ID_MAX }),
    name: token,
  }),
);

/** One thing that a client sends: a command, or several as an atomic group. */
export interface Step {
  readonly actor: Actor;
  readonly intents: readonly { readonly key: string; readonly command: Command }[];
  readonly atomic: boolean;
}

/** Numbers of the keys that `prelude` creates, in order. */
export const KEY_NUMBERS = { restricted: 1, unrestricted: 2, other: 3, expired: 4 } as const;
const PRELUDE_EVENTS = 4;
const CODES = ['a', 'b', 'c', 'd', 'e'];
const SCRIPT_CURRENCIES = ['INR', 'USD', 'JPY'];
const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

export const SHELL: Actor = { name: 'shell:test', client: 'shell', apiKey: undefined };
const holder = (ledgerId: number, client: string, apiKey: number): Actor => ({
  name: formatId('key', ledgerId, apiKey),
  client,
  apiKey,
});

/** The four keys: of one client with and without `transfers:unrestricted`, of another client, and one that is over. */
export function prelude(prefixes: readonly string[]): Step[] {
  const rows: [client: string, unrestricted: boolean, expiresAt: number | null][] = [
    ['bank', false, null],
    ['bank', true, null],
    ['other', true, null],
    ['bank', true, 1],
  ];
  return rows.map(([client, unrestricted, expiresAt], i) => ({
    actor: SHELL,
    atomic: false,
    intents: [
      {
        key: `prelude-${i}`,
        command: {
          type: 'key.create',
          client,
          scopes: unrestricted ? ['transfers:write', 'transfers:unrestricted'] : ['transfers:write'],
          prefix: prefixes[i] as string,
          secretHash: `${i}`.repeat(64),
          expiresAt,
        },
      },
    ],
  }));
}

/** Scripts of one ledger whose first four events are the prelude's. */
export function script(ledgerId: number, length: number): fc.Arbitrary<Step[]> {
  const actor = fc.oneof(
    { weight: 4, arbitrary: fc.constant(SHELL) },
    { weight: 3, arbitrary: fc.constant(holder(ledgerId, 'bank', KEY_NUMBERS.unrestricted)) },
    { weight: 3, arbitrary: fc.constant(holder(ledgerId, 'bank', KEY_NUMBERS.restricted)) },
    { weight: 2, arbitrary: fc.constant(holder(ledgerId, 'other', KEY_NUMBERS.other)) },
    { weight: 1, arbitrary: fc.constant(holder(ledgerId, 'bank', KEY_NUMBERS.expired)) },
    { weight: 1, arbitrary: fc.constant(holder(ledgerId, 'bank', 40)) },
  );
  const number = fc.integer({ min: PRELUDE_EVENTS + 1, max: PRELUDE_EVENTS + 8 });
  const ref = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...CODES) },
    { weight: 3, arbitrary: number.map((n) => formatId('acc', ledgerId, n)) },
    { weight: 1, arbitrary: number.map((n) => formatId('acc', ledgerId + 1, n)) },
    { weight: 1, arbitrary: fc.constantFrom('nobody', formatId('acc', ledgerId, 1)) },
  );
  const smallBound = fc.option(fc.bigInt({ min: -60n, max: 120n }), { nil: null, freq: 2 });
  const create: fc.Arbitrary<CreateAccount> = fc
    .record({
      code: fc.option(fc.constantFrom(...CODES), { nil: undefined, freq: 6 }),
      kind: fc.constantFrom(...ACCOUNT_KINDS),
      currency: fc.constantFrom('INR', 'INR', 'INR', ...SCRIPT_CURRENCIES),
      owner: fc.constantFrom(null, OWNER),
      floor: smallBound,
      ceiling: smallBound,
      debitsFrozen: rarely(),
      creditsFrozen: rarely(),
    })
    .map(({ floor, ceiling, debitsFrozen, creditsFrozen, ...account }) => ({
      type: 'account.create',
      ...account,
      settings: { ...ordered(floor, ceiling), debitsFrozen, creditsFrozen, closed: false },
    }));
  const update: fc.Arbitrary<Command> = fc.record({
    type: fc.constant('account.update' as const),
    account: number,
    change: fc.record(
      { debitsFrozen: rarely(), creditsFrozen: rarely(), closed: rarely() },
      { requiredKeys: [] },
    ),
  });
  const leg: fc.Arbitrary<LegRequest> = fc.record({
    debit: ref,
    credit: ref,
    amount: fc.oneof(
      { weight: 20, arbitrary: fc.bigInt({ min: 1n, max: 60n }) },
      { weight: 1, arbitrary: fc.constant(AMOUNT_MINOR_MAX) },
    ),
    currency: fc.constantFrom('INR', 'INR', 'INR', ...SCRIPT_CURRENCIES),
  });
  const transfer: fc.Arbitrary<CreateTransfer> = fc.record(
    {
      type: fc.constant('transfer.create' as const),
      legs: fc.oneof(
        { weight: 3, arbitrary: fc.array(leg, { minLength: 1, maxLength: 1 }) },
        { weight: 2, arbitrary: fc.array(leg, { minLength: 2, maxLength: 4 }) },
      ),
      reference: fc.constantFrom('r1', 'r2'),
      metadata: fc.constantFrom({ zone: 'x', area: 'y' }, { area: 'y', zone: 'x' }),
    },
    { requiredKeys: ['type', 'legs'] },
  );
  const revoke: fc.Arbitrary<Command> = fc.record({
    type: fc.constant('key.revoke' as const),
    apiKey: fc.constantFrom(KEY_NUMBERS.restricted, KEY_NUMBERS.other, 40),
  });
  const key = fc.integer({ min: 0, max: length * 2 }).map((n) => `k${n}`);
  const single = fc
    .tuple(
      actor,
      key,
      fc.oneof(
        { weight: 4, arbitrary: create },
        { weight: 12, arbitrary: transfer },
        { weight: 2, arbitrary: update },
        { weight: 1, arbitrary: revoke },
      ),
    )
    .map(
      ([who, name, command]): Step => ({
        actor: who,
        atomic: false,
        intents: [{ key: name, command }],
      }),
    );
  const group = fc
    .tuple(
      actor,
      fc.uniqueArray(fc.tuple(key, transfer), { minLength: 1, maxLength: 4, selector: ([name]) => name }),
    )
    .map(
      ([who, members]): Step => ({
        actor: who,
        atomic: true,
        intents: members.map(([name, command]) => ({ key: name, command })),
      }),
    );
  const steps = fc.array(fc.oneof({ weight: 5, arbitrary: single }, { weight: 2, arbitrary: group }), {
    minLength: 1,
    maxLength: length,
  });
  // Accounts come first, so that most transfers find some; then some steps are sent again.
  const opening = fc.array(
    fc.tuple(create, fc.constantFrom(...CODES)).map(
      ([command, code]): Step => ({
        actor: SHELL,
        atomic: false,
        intents: [{ key: `open-${code}`, command: { ...command, code } }],
      }),
    ),
    { minLength: 3, maxLength: 6 },
  );
  return fc
    .tuple(opening, steps, fc.array(fc.nat({ max: length }), { maxLength: 4 }))
    .map(([first, then, again]) => [
      ...first,
      ...then,
      ...again.flatMap((i) => (then[i] === undefined ? [] : [then[i]])),
    ]);
}

const rarely = (): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

function ordered(floor: bigint | null, ceiling: bigint | null): Pick<AccountSettings, 'floor' | 'ceiling'> {
  const swapped = floor !== null && ceiling !== null && floor > ceiling;
  return swapped ? { floor: ceiling, ceiling: floor } : { floor, ceiling };
}
