/**
 * Arbitraries of valid commands and of whole scripts: what clients might ask of one small ledger, so small that the
 * same accounts, keys and ids meet again and again.
 *
 * A script is concrete: ids are made from small event numbers that may or may not turn out to be accounts, so the same
 * script can be run in any order, by the model, by the fold, and by posters on PostgreSQL.
 */
import fc from 'fast-check';
import type { Actor, Command, CreateAccount, CreateTransfer, LegRequest } from '../../src/engine/command.ts';
import { CURRENCIES } from '../../src/kernel/currency.ts';
import { formatId, LEDGER_ID_MAX, NUMBER_MAX } from '../../src/kernel/id.ts';
import { AMOUNT_MINOR_MAX, formatMinor, TOTAL_MINOR_MAX, trimDecimal } from '../../src/kernel/money.ts';
import { ACCOUNT_KINDS } from '../../src/ledger/account.ts';
import { HOLD_SECONDS_MAX } from '../../src/ledger/hold.ts';
import { OVER_CAPTURE_BPS_MAX } from '../../src/ledger/over-capture.ts';
import { anyAdjustment, anyReversal } from './arbitrary-corrections.ts';
import { dated } from './arbitrary-effective.ts';
import { anyRequest, exchanging, scriptRequest } from './arbitrary-exchanges.ts';
import { anyFactorCommand } from './arbitrary-factors.ts';
import { anyKeyCommands, scriptKeyCommands, UNRESTRICTED } from './arbitrary-keys.ts';
import { anyClose, carryOf, close } from './arbitrary-periods.ts';
import type { Step } from './step.ts';

export type { Step };

export const token = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
const currency = fc.constantFrom(...CURRENCIES);
const owner = fc.option(fc.uuid(), { nil: null });
const bound = fc.option(fc.bigInt({ min: -TOTAL_MINOR_MAX, max: TOTAL_MINOR_MAX }), { nil: null });
const accountRef = fc.oneof(
  token,
  fc
    .tuple(fc.integer({ min: 0, max: LEDGER_ID_MAX }), fc.integer({ min: 0, max: NUMBER_MAX }))
    .map(([ledgerId, number]) => formatId('acc', ledgerId, number)),
);

const overCaptureBps = fc.integer({ min: 1, max: OVER_CAPTURE_BPS_MAX });
const settings = fc.record(
  {
    floor: bound,
    ceiling: bound,
    debitsFrozen: fc.boolean(),
    creditsFrozen: fc.boolean(),
    closed: fc.constant(false),
    overCaptureBps,
  },
  { requiredKeys: ['floor', 'ceiling', 'debitsFrozen', 'creditsFrozen', 'closed'] },
);

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
    effectiveAt: fc.integer({ min: 0, max: 9_000_000_000_000_000 }),
    sourceTime: fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })),
  },
  { requiredKeys: ['type', 'legs'] },
);

const holdSeconds = fc.integer({ min: 1, max: HOLD_SECONDS_MAX });
const anyTime = fc.integer({ min: 1, max: 8_000_000_000_000_000 });
const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: AMOUNT_MINOR_MAX }), fc.integer({ min: 0, max: 4 }))
  .map(([minor, exponent]) => trimDecimal(formatMinor(minor, exponent)));

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  anyTransfer,
  exchanging(anyRequest(accountRef), fc.array(anyLeg, { maxLength: 2 })),
  fc.tuple(anyTransfer, holdSeconds).map(([{ effectiveAt: _effectiveAt, ...transfer }, seconds]) => ({
    ...transfer,
    holdSeconds: seconds,
  })),
  fc.record(
    {
      type: fc.constant('transfer.capture' as const),
      hold: fc.integer({ min: 1, max: NUMBER_MAX }),
      amounts: fc.array(decimal, { minLength: 1, maxLength: 5 }),
      final: fc.boolean(),
    },
    { requiredKeys: ['type', 'hold', 'final'] },
  ),
  fc.tuple(anyTransfer, anyTime).map(([transfer, scheduledFor]) => ({ ...transfer, scheduledFor })),
  fc.record({
    type: fc.constant('transfer.cancel' as const),
    schedule: fc.integer({ min: 1, max: NUMBER_MAX }),
  }),
  fc.record({
    type: fc.constantFrom('transfer.void' as const, 'transfer.expire' as const),
    hold: fc.integer({ min: 1, max: NUMBER_MAX }),
  }),
  anyReversal(token, decimal),
  anyAdjustment(anyTransfer, token),
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
    currency,
    change: fc.record(
      {
        floor: bound,
        ceiling: bound,
        debitsFrozen: fc.boolean(),
        creditsFrozen: fc.boolean(),
        closed: fc.boolean(),
        overCaptureBps: fc.option(overCaptureBps, { nil: null }),
      },
      { requiredKeys: [] },
    ),
  }),
  ...anyKeyCommands(token),
  anyClose,
  anyFactorCommand,
  fc.record({
    type: fc.constant('ledger.create' as const),
    id: fc.integer({ min: 1, max: LEDGER_ID_MAX }),
    name: token,
  }),
);

/** Numbers of the keys that `prelude` creates, in order. */
const KEY_NUMBERS = { restricted: 1, unrestricted: 2, other: 3, expired: 4 } as const;
const PRELUDE_EVENTS = 4;
const CODES = { INR: ['a', 'b', 'c', 'd', 'e'], USD: ['f', 'g'], JPY: ['h', 'i'] };
type ScriptCurrency = keyof typeof CODES;
const ALL_CODES = Object.values(CODES).flat();
/** Longer than a test whose time is real. */
const HOLD_SECONDS = [1000, 2000];
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
          scopes: unrestricted ? UNRESTRICTED : ['transfers:write'],
          prefix: prefixes[i] as string,
          secretHash: `${i}`.repeat(64),
          expiresAt,
        },
      },
    ],
  }));
}

/** Weighted choice. */
const pick = <T>(...choices: (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const rarely = pick([12, fc.constant(false)], [1, fc.constant(true)]);

/** Atomic groups of one to three transfers, each with a key of its own. */
export const groupsOf = (
  actor: fc.Arbitrary<Actor>,
  key: fc.Arbitrary<string>,
  member: fc.Arbitrary<CreateTransfer>,
): fc.Arbitrary<Step> =>
  fc
    .tuple(
      actor,
      fc.uniqueArray(fc.tuple(key, member), {
        minLength: 1,
        maxLength: 3,
        size: 'max',
        selector: ([name]) => name,
      }),
    )
    .map(([who, all]) => ({
      actor: who,
      atomic: true,
      intents: all.map(([name, asked]) => ({ key: name, command: asked })),
    }));

/** Scripts of one ledger whose first four events are the prelude's. */
export function script(ledgerId: number, length: number): fc.Arbitrary<Step[]> {
  const actor = pick(
    [8, fc.constant(SHELL)],
    [5, fc.constant(holder(ledgerId, 'bank', KEY_NUMBERS.unrestricted))],
    [5, fc.constant(holder(ledgerId, 'bank', KEY_NUMBERS.restricted))],
    [3, fc.constant(holder(ledgerId, 'other', KEY_NUMBERS.other))],
    [1, fc.constant(holder(ledgerId, 'bank', KEY_NUMBERS.expired))],
    [1, fc.constant(holder(ledgerId, 'bank', 40))],
  );
  const number = fc.integer({ min: PRELUDE_EVENTS + 1, max: PRELUDE_EVENTS + ALL_CODES.length + 1 });
  const strange = fc.oneof(
    number.map((n) => formatId('acc', ledgerId, n)),
    number.map((n) => formatId('acc', ledgerId + 1, n)),
    fc.constantFrom('nobody', formatId('acc', ledgerId, 1), ...ALL_CODES),
  );
  const create: fc.Arbitrary<CreateAccount> = fc
    .record({
      code: fc.option(fc.constantFrom(...ALL_CODES), { nil: undefined, freq: 6 }),
      kind: fc.constantFrom(...ACCOUNT_KINDS),
      currency: fc.constantFrom('INR', 'USD', 'JPY'),
      owner: fc.constantFrom(null, OWNER),
      floor: pick<bigint | null>([2, fc.constant(null)], [2, fc.bigInt({ min: -90n, max: 20n })]),
      ceiling: pick<bigint | null>([3, fc.constant(null)], [1, fc.bigInt({ min: 20n, max: 120n })]),
      debitsFrozen: rarely,
      creditsFrozen: rarely,
    })
    .map(({ floor, ceiling, debitsFrozen, creditsFrozen, ...account }) => ({
      type: 'account.create',
      ...account,
      settings: { floor, ceiling, debitsFrozen, creditsFrozen, closed: false },
    }));
  const flags = { debitsFrozen: rarely, creditsFrozen: rarely, closed: fc.boolean() };
  const bounds = {
    floor: pick<bigint | null>([1, fc.constant(null)], [3, fc.bigInt({ min: -90n, max: 60n })]),
    ceiling: pick<bigint | null>([1, fc.constant(null)], [3, fc.bigInt({ min: -60n, max: 120n })]),
  };
  // As a use case makes it: bounds in the currency of the account, which is sure of those that open first.
  const update: fc.Arbitrary<Command> = number.chain((account) => {
    const code = ALL_CODES[account - PRELUDE_EVENTS - 1];
    return fc.record({
      type: fc.constant('account.update' as const),
      account: fc.constant(account),
      currency: fc.constant(currencyOf(code ?? '')),
      change: fc.record(code === undefined ? flags : { ...flags, ...bounds }, { requiredKeys: [] }),
    });
  });
  const leg: fc.Arbitrary<LegRequest> = fc
    .constantFrom<ScriptCurrency>('INR', 'INR', 'USD', 'JPY')
    .chain((of) =>
      fc.tuple(
        fc.shuffledSubarray(CODES[of], { minLength: 2, maxLength: 2 }),
        pick([12, fc.constant(undefined)], [1, fc.tuple(fc.boolean(), strange)]),
        pick([30, fc.bigInt({ min: 1n, max: 60n })], [1, fc.constant(AMOUNT_MINOR_MAX)]),
        pick<string>([30, fc.constant(of)], [1, fc.constant('INR')]),
      ),
    )
    .map(([[one = '', two = ''], odd, amount, code]) => ({
      debit: odd?.[0] === true ? odd[1] : one,
      credit: odd?.[0] === false ? odd[1] : two,
      amount,
      currency: code,
    }));
  const transfer: fc.Arbitrary<CreateTransfer> = fc.record(
    {
      type: fc.constant('transfer.create' as const),
      legs: pick(
        [3, fc.array(leg, { minLength: 1, maxLength: 1 })],
        [2, fc.array(leg, { minLength: 2, maxLength: 4, size: 'max' })],
      ),
      reference: fc.constantFrom('r1', 'r2'),
      metadata: fc.constantFrom({ zone: 'x', area: 'y' }, { area: 'y', zone: 'x' }),
    },
    { requiredKeys: ['type', 'legs'] },
  );
  const { revoke, rotate } = scriptKeyCommands(
    [KEY_NUMBERS.restricted, KEY_NUMBERS.other, 40],
    [0, ...HOLD_SECONDS],
  );
  const key = fc.integer({ min: 0, max: length * 4 }).map((n) => `k${n}`);
  const holding = fc
    .tuple(transfer, fc.constantFrom(...HOLD_SECONDS))
    .map(([asked, seconds]) => ({ ...asked, holdSeconds: seconds }));
  // One of the events behind the opening: some are holds, some are other transfers, some are none.
  const hold = fc.integer({ min: PRELUDE_EVENTS + ALL_CODES.length, max: PRELUDE_EVENTS + length + 6 });
  const capture: fc.Arbitrary<Command> = fc.record(
    {
      type: fc.constant('transfer.capture' as const),
      hold,
      // Not nothing at all: that is malformed.
      amounts: fc
        .array(fc.constantFrom('0', '0.01', '0.1', '0.05', '0.2', '1', '7', '10000'), {
          minLength: 1,
          maxLength: 2,
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
  const adjust = fc
    .tuple(transfer, fc.constantFrom('typo', 'duplicate'))
    .map(([{ holdSeconds: _, sourceTime: _time, exchange: _exchange, ...asked }, reason]) => ({
      ...asked,
      type: 'transfer.adjust' as const,
      reason,
    }));
  const reversal: fc.Arbitrary<Command> = fc.record(
    {
      type: fc.constant('transfer.reverse' as const),
      transfer: hold,
      amount: fc.oneof(
        fc.constantFrom('0.01', '0.1', '0.2', '1', '7', '10000'),
        fc.array(fc.constantFrom('0.01', '0.1', '1', '7'), { minLength: 1, maxLength: 2 }),
      ),
    },
    { requiredKeys: ['type', 'transfer'] },
  );
  const exchange = exchanging(scriptRequest(CODES), fc.array(leg, { maxLength: 2 }));
  const command = pick<Command>(
    [2, close],
    [4, carryOf(hold)],
    [2, dated(adjust)],
    [8, dated(reversal)],
    [4, create],
    [16, dated(transfer)],
    [6, dated(exchange)],
    [12, holding],
    [12, capture],
    [5, release],
    [4, update],
    [1, revoke],
    [1, rotate],
  );
  const later = pick(
    [4, fc.constant(0)],
    [1, fc.constantFrom(1, (HOLD_SECONDS[0] as number) - 1, ...HOLD_SECONDS)],
  );
  const single = fc.tuple(actor, key, command, later).map(
    ([who, name, asked, seconds]): Step => ({
      actor: who,
      atomic: false,
      intents: [{ key: name, command: asked }],
      ...(seconds === 0 ? {} : { later: seconds }),
    }),
  );
  const member = pick<CreateTransfer>([3, dated(transfer)], [2, holding], [1, dated(exchange)]);
  const group = groupsOf(actor, key, member);
  const steps = fc.array(pick([5, single], [2, group]), { minLength: 1, maxLength: length, size: 'max' });
  // Most accounts are there from the start, so that most transfers find some.
  const opening = fc.tuple(
    ...ALL_CODES.map((code) =>
      create.map(
        (account): Step => ({
          actor: SHELL,
          atomic: false,
          intents: [{ key: `open-${code}`, command: { ...account, code, currency: currencyOf(code) } }],
        }),
      ),
    ),
  );
  // Then some of the steps are sent again: as they were, or a group as singles, in part, or turned round.
  const again = fc.array(fc.tuple(fc.nat({ max: length }), fc.nat({ max: 3 })), {
    maxLength: 6,
    size: 'max',
  });
  return fc.tuple(opening, steps, again).map(([first, then, resent]) => [
    ...first,
    ...then,
    ...resent
      .flatMap(([i, how]) => {
        const step = then[i];
        if (!step || how === 0 || !step.atomic) return step ? [step] : [];
        if (how === 1) return step.intents.map((intent) => ({ ...step, atomic: false, intents: [intent] }));
        return [{ ...step, intents: how === 2 ? step.intents.slice(0, -1) : step.intents.toReversed() }];
      })
      .filter(({ intents }) => intents.length > 0),
  ]);
}

const currencyOf = (code: string): string =>
  Object.entries(CODES).find(([, codes]) => codes.includes(code))?.[0] ?? 'INR';
