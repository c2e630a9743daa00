/**
 * Pools in the fold, with a memory that keeps everything and with one that has to read everything again before each batch: which limit a
 * refusal names, what it leaves and when it frees, to the paisa and to the microsecond; and accounts that join in the batch that moves them.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/audit/event.ts';
import { type Command, type Group, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { defined } from '../../src/kernel/assert.ts';
import { formatMicros, parseMicros } from '../../src/kernel/clock.ts';
import { formatId } from '../../src/kernel/id.ts';
import type { LimitTerms } from '../../src/ledger/limit.ts';
import { SHELL } from '../support/arbitrary-commands.ts';
import { MemoryLog } from '../support/memory-log.ts';

const LEDGER = 7;
const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const SECOND = 1_000_000;
const NOON = defined(parseMicros('2026-11-30T06:30:00Z'), 'a time');
/** Of a day and of a month. */
const MIDNIGHT = defined(parseMicros('2026-11-30T18:30:00Z'), 'a time');

const daily = (more: Partial<LimitTerms> = {}): LimitTerms => ({
  name: 'daily',
  direction: 'outgoing',
  window: 'day',
  amount: 100n,
  count: null,
  ...more,
});
const open = (code: string, owner: string | null = null): Command => ({
  type: 'account.create',
  code,
  kind: 'liability',
  currency: 'INR',
  owner,
  settings: { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
});
const pay = (debit: string, credit: string, amount: bigint): Command => ({
  type: 'transfer.create',
  legs: [{ debit, credit, amount, currency: 'INR' }],
});
const customer = (...limits: LimitTerms[]): Command => ({
  type: 'pool.create',
  name: 'customer',
  currency: 'INR',
  owner: OWNER,
  accounts: [],
  limits,
});

describe.each(['keeps everything', 'reads everything again'])('a memory that %s', (memory) => {
  let log: MemoryLog;
  let state: LedgerState;
  /** Numbers of accounts by code. */
  let numbers: Map<string, number>;

  beforeEach(() => {
    log = new MemoryLog();
    state = new LedgerState(LEDGER);
    numbers = new Map();
    fold([open('x', OWNER), open('y', OWNER), open('shop'), open('bank')]);
  });

  /** Folds commands as one batch; what became of each: nothing, or its code. */
  function fold(commands: readonly Command[], at = NOON, group?: Group): string[] {
    if (memory === 'reads everything again') state = new LedgerState(LEDGER);
    const head = log.events.length;
    const items = commands.map((command, i) =>
      makeItem(LEDGER, command, SHELL, `k-${head}-${i}`, 'req', group),
    );
    log.teach(state, items, at);
    const { rows, results } = foldBatch(state, head, at, items);
    log.append(rows);
    for (const [i, command] of commands.entries())
      if (command.type === 'account.create') numbers.set(String(command.code), head + 1 + i);
    return results.map((result) => (result.kind === 'failed' ? `failed ${result.code}` : result.result.code));
  }
  const account = (code: string): number => defined(numbers.get(code), code);
  const accountId = (code: string): string => formatId('acc', LEDGER, account(code));
  const listed = (name: string, codes: readonly string[], ...limits: LimitTerms[]): Command => ({
    type: 'pool.create',
    name,
    currency: 'INR',
    owner: null,
    accounts: codes.map(accountId),
    limits,
  });
  const limit = (code: string, ...limits: LimitTerms[]): Command => ({
    type: 'account.update',
    account: account(code),
    currency: 'INR',
    change: { limits },
  });
  /** What the newest refusal says of the limit that stood against it. */
  const told = (): Record<string, unknown> => {
    const event = defined(
      log.events.findLast(({ code }) => code === 'limit_exceeded'),
      'a refusal',
    );
    return parseEvent(event.body).limit as unknown as Record<string, unknown>;
  };

  test('names the first limit in the order of the payer, its pools, the payee and its pools', () => {
    const incoming = (name: string) => daily({ name, direction: 'incoming', amount: 10n });
    fold([
      limit('x', daily({ name: 'own', amount: 10n })),
      limit('shop', incoming('own-in')),
      listed('first', ['x', 'y'], daily({ name: 'of-first', amount: 10n })),
      customer(daily({ name: 'of-second', amount: 10n })),
      listed('shops', ['shop'], incoming('of-shops')),
    ]);
    const named = (): unknown => {
      expect(fold([pay('x', 'shop', 11n)])).toEqual(['limit_exceeded']);
      return told()['name'];
    };
    expect(named()).toBe('own');
    fold([limit('x')]);
    expect(named()).toBe('of-first');
    fold([{ type: 'pool.update', pool: account('bank') + 3, currency: 'INR', limits: [] }]);
    expect(named()).toBe('of-second');
    fold([{ type: 'pool.update', pool: account('bank') + 4, currency: 'INR', limits: [] }]);
    expect(named()).toBe('own-in');
    fold([limit('shop')]);
    expect(named()).toBe('of-shops');
    expect(told()['pool']).toEqual({ id: formatId('pol', LEDGER, account('bank') + 5), name: 'shops' });
  });

  test('says to the paisa what a pool leaves, and to the microsecond when its day ends', () => {
    fold([customer(daily({ count: 2 }))]);
    fold([pay('x', 'shop', 101n)]);
    expect(told()).toEqual({
      name: 'daily',
      direction: 'outgoing',
      window: 'day',
      amount: '1.00',
      count: 2,
      pool: { id: formatId('pol', LEDGER, 5), name: 'customer' },
      left: '1.00',
      left_count: 2,
      frees_at: null,
    });
    fold([pay('x', 'shop', 40n)], NOON + 1);
    expect(fold([pay('y', 'shop', 61n)], NOON + 2)).toEqual(['limit_exceeded']);
    expect(told()).toMatchObject({ left: '0.60', left_count: 1, frees_at: formatMicros(MIDNIGHT) });
    expect(fold([pay('y', 'shop', 60n), pay('x', 'shop', 1n)], MIDNIGHT - 1)).toEqual(['', 'limit_exceeded']);
    expect(told()).toMatchObject({ left: '0.00', left_count: 0, frees_at: formatMicros(MIDNIGHT) });
    expect(fold([pay('x', 'shop', 100n), pay('y', 'shop', 1n)], MIDNIGHT)).toEqual(['', 'limit_exceeded']);
    expect(told()).toMatchObject({ left_count: 1, frees_at: '2026-12-01T18:30:00.000000Z' });
  });

  test('counts by the month until it ends', () => {
    fold([customer(daily({ window: 'month', direction: 'net' }))], NOON - 20 * 86_400 * SECOND);
    expect(fold([pay('x', 'shop', 100n)], NOON - 10 * 86_400 * SECOND)).toEqual(['']);
    expect(fold([pay('bank', 'y', 30n), pay('y', 'shop', 31n)], MIDNIGHT - 1)).toEqual([
      '',
      'limit_exceeded',
    ]);
    expect(told()).toMatchObject({ left: '0.30', frees_at: formatMicros(MIDNIGHT) });
    expect(fold([pay('y', 'shop', 100n)], MIDNIGHT)).toEqual(['']);
  });

  test('frees in the last so many seconds when the oldest falls out, and not a microsecond before', () => {
    fold([customer(daily({ window: '60s', count: 3 }))]);
    const times = [1, 20 * SECOND, 30 * SECOND];
    for (const [i, after] of times.entries()) fold([pay(i === 1 ? 'y' : 'x', 'shop', 30n)], NOON + after);
    const frees = NOON + 1 + 60 * SECOND;
    for (const at of [NOON + 40 * SECOND, frees - 1]) {
      expect(fold([pay('y', 'shop', 10n)], at)).toEqual(['limit_exceeded']);
      expect(told()).toMatchObject({ left: '0.10', left_count: 0, frees_at: formatMicros(frees) });
    }
    expect(fold([pay('y', 'shop', 41n), pay('y', 'shop', 40n)], frees)).toEqual(['limit_exceeded', '']);
    expect(told()).toMatchObject({ left: '0.40', frees_at: formatMicros(NOON + 80 * SECOND) });
  });

  test('counts in a limit that is set amid a batch what comes after it alone', () => {
    const pool = customer(daily({ window: '60s', amount: 10n }));
    expect(fold([pay('x', 'shop', 50n), pool, pay('x', 'shop', 7n)], NOON)).toEqual(['', '', '']);
    const wider = daily({ name: 'wider', window: '3600s', amount: 10n });
    const update: Command = {
      type: 'pool.update',
      pool: account('bank') + 2,
      currency: 'INR',
      limits: [daily({ window: '60s', amount: 20n }), wider],
    };
    expect(fold([pay('y', 'shop', 3n), update, pay('y', 'shop', 4n)], NOON + 1)).toEqual(['', '', '']);
    expect(fold([pay('y', 'shop', 7n)], NOON + 2)).toEqual(['limit_exceeded']);
    expect(told()).toMatchObject({ name: 'daily', left: '0.06' });
    expect(fold([pay('y', 'shop', 7n)], NOON + 60 * SECOND)).toEqual(['limit_exceeded']);
    expect(told()).toMatchObject({ name: 'wider', left: '0.06' });
  });

  test.each<[string, LimitTerms]>([
    ['a day', daily()],
    ['the last so many seconds', daily({ window: '60s' })],
  ])('counts an account that its owner opens in the batch that moves it: %s', (_, terms) => {
    fold([customer(terms)]);
    // More points than a read brings, so that the window is read anew when these have fallen out of it.
    for (let i = 0; i < 6; i++) fold([pay('x', 'shop', 1n)], NOON + i * 20 * SECOND);
    const at = NOON + 145 * SECOND;
    const used = terms.window === 'day' ? 6n : 1n;
    // No other account of the pool is named, which would bring the pool into memory.
    const moved = [open('z', OWNER), pay('bank', 'z', 500n), pay('z', 'shop', 101n - used)];
    expect(fold([...moved, pay('z', 'shop', 100n - used)], at)).toEqual(['', '', 'limit_exceeded', '']);
    expect(fold([pay('y', 'shop', 1n)], at + 1)).toEqual(['limit_exceeded']);
  });

  test('has what a refused group would have taken count as used in its refusal, and in no other', () => {
    fold([customer(daily({ window: '60s' }))]);
    const group: Group = { size: 2 };
    const refused = fold([pay('x', 'shop', 60n), pay('y', 'shop', 41n)], NOON + 1, group);
    expect(refused).toEqual(['linked_item_refused', 'limit_exceeded']);
    expect(told()).toMatchObject({ left: '0.40' });
    expect(fold([pay('x', 'shop', 101n)], NOON + 2)).toEqual(['limit_exceeded']);
    expect(told()).toMatchObject({ left: '1.00', frees_at: null });
  });

  test.each([
    [undefined, [10, 10, 10]],
    [600, [10, 10, 0]],
  ])(
    'counts a transfer once each way, by its legs that cross the pool, held or not: %s',
    (holdSeconds, sums) => {
      fold([customer()]);
      const legs = (['x y 3', 'x shop 7', 'y shop 3', 'y x 2', 'shop x 4', 'bank y 6', 'x y 1'] as const).map(
        (text) => {
          const [debit = '', credit = '', amount = ''] = text.split(' ');
          return { debit, credit, amount: BigInt(amount), currency: 'INR' };
        },
      );
      const held = holdSeconds === undefined ? {} : { holdSeconds };
      const transfer: Command = { type: 'transfer.create', legs, ...held };
      expect(fold([transfer], NOON + 1)).toEqual(['']);
      expect(log.poolTotals.map((row) => row.slice(2).map(Number))).toEqual([[...sums, 1, 1]]);
    },
  );

  test('counts what a capture takes beyond its hold on either side, once, and a leg that captures nothing not at all', () => {
    const over: Command = {
      type: 'account.update',
      account: account('bank'),
      currency: 'INR',
      change: { overCaptureBps: 5000 },
    };
    fold([over, customer(), listed('of-y', ['y'])]);
    const legs = ['x', 'y'].map((credit) => ({ debit: 'bank', credit, amount: 10n, currency: 'INR' }));
    fold([{ type: 'transfer.create', legs, holdSeconds: 600 }], NOON + 1);
    const hold = log.events.length;
    const capture = (...amounts: string[]): Command => ({
      type: 'transfer.capture',
      hold,
      amounts,
      final: false,
    });
    expect(fold([capture('0.12', '0')], NOON + 2)).toEqual(['']);
    expect(fold([capture('0', '0.04')], NOON + 3)).toEqual(['']);
    const [own, other] = [hold - 2, hold - 1];
    expect(log.poolTotals.map((row) => row.map(Number))).toEqual([
      [own, hold, 0, 20, 0, 0, 1],
      [other, hold, 0, 10, 0, 0, 1],
      [own, hold + 1, 0, 22, 12, 0, 1],
      [own, hold + 2, 0, 22, 16, 0, 1],
      [other, hold + 2, 0, 10, 4, 0, 1],
    ]);
  });

  test('counts nothing of a hold or a capture that a later leg refuses', () => {
    fold([customer(), listed('shops', ['shop'], daily({ amount: 5n }))]);
    const refused = (holdSeconds: number): Command => ({
      type: 'transfer.create',
      legs: [
        { debit: 'bank', credit: 'x', amount: 7n, currency: 'INR' },
        { debit: 'shop', credit: 'y', amount: 6n, currency: 'INR' },
      ],
      holdSeconds,
    });
    expect(fold([pay('bank', 'y', 1n), refused(600), pay('bank', 'x', 2n)], NOON + 1)).toEqual([
      '',
      'limit_exceeded',
      '',
    ]);
    expect(log.poolTotals.map((row) => row.slice(2).map(Number))).toEqual([[0, 3, 3, 0, 2]]);
  });

  test('takes in five hundred accounts and not one more, an owner’s or listed', () => {
    const codes = Array.from({ length: 501 }, (_, i) => `n${i}`);
    fold(codes.map((code) => open(code)));
    const pool = log.events.length + 1;
    const update = (change: { add?: string[]; remove?: string[] }): Command => ({
      type: 'pool.update',
      pool,
      currency: 'INR',
      ...(change.add ? { add: change.add.map(accountId) } : {}),
      ...(change.remove ? { remove: change.remove.map(accountId) } : {}),
    });
    expect(fold([listed('p', codes.slice(0, 499))])).toEqual(['']);
    expect(fold([update({ add: ['n499'] }), update({ add: ['n500'] })])).toEqual(['', 'pool_too_large']);
    expect(fold([update({ add: ['n500'], remove: ['n0'] }), update({ add: ['n0'] })])).toEqual([
      '',
      'pool_too_large',
    ]);
    expect(fold([listed('q', codes)])).toEqual(['pool_too_large']);
    fold(codes.slice(0, 498).map((code) => open(`own-${code}`, OWNER)));
    expect(fold([customer(), open('one-more', OWNER)])).toEqual(['', '']);
    expect(fold([{ ...customer(), name: 'second' } as Command])).toEqual(['pool_too_large']);
  });

  test('lets an owner have four pools in a currency, be it without accounts, and tells a member that is named again', () => {
    const nobody = '0c8d7e6f-5a4b-4c3d-8e2f-1a0b9c8d7e6f';
    const pool = (name: string, currency = 'INR'): Command =>
      ({ ...customer(), name, currency, owner: nobody }) as Command;
    const four = ['p', 'q', 'r', 's'].map((name) => pool(name));
    expect(fold([...four, pool('t'), pool('u', 'USD'), pool('p')])).toEqual([
      '',
      '',
      '',
      '',
      'too_many_pools',
      '',
      'pool_name_taken',
    ]);
    expect(fold([listed('v', ['x'])])).toEqual(['']);
    const change: Command = {
      type: 'pool.update',
      pool: log.events.length,
      currency: 'INR',
      add: ['x', 'y'].map(accountId),
      remove: [accountId('shop')],
    };
    expect(fold([change, { ...change, add: [accountId('x')] }])).toEqual(['', '']);
    const told = log.events.slice(-2).map(({ body }) => parseEvent(body).data);
    expect(told).toMatchObject([
      { joined: 1, parted: 0, members: 2 },
      { joined: 0, parted: 0, members: 2 },
    ]);
    expect(fold([{ ...change, currency: 'USD' }])).toEqual(['failed not_found']);
  });

  test.each(['day', '60s'] as const)('begins the windows of limits that it got later: %s', (window) => {
    fold([customer()]);
    const pool = log.events.length;
    fold([{ type: 'pool.update', pool, currency: 'INR', limits: [daily({ window })] }], NOON + 1);
    for (let i = 2; i < 6; i++) expect(fold([pay('x', 'shop', 25n)], NOON + i)).toEqual(['']);
    expect(fold([pay('y', 'shop', 1n)], NOON + 7)).toEqual(['limit_exceeded']);
    expect(fold([pay('y', 'shop', 100n)], window === 'day' ? MIDNIGHT : NOON + 60 * SECOND + 5)).toEqual([
      '',
    ]);
  });

  test('is in the order of its number with the others of an account, whichever came first', () => {
    fold([listed('first', ['y']), listed('second', ['x', 'y']), listed('third', ['y'])]);
    const pool = log.events.length - 2;
    const change = { type: 'pool.update', pool, currency: 'INR' } as const;
    fold([{ ...change, add: [accountId('x')], remove: [accountId('y')] }]);
    const settings = log.settings.slice(-2).map((row) => [Number(row[0]), row[10]]);
    expect(settings).toEqual([
      [account('x'), `{${pool},${pool + 1}}`],
      [account('y'), `{${pool + 1},${pool + 2}}`],
    ]);
    fold([
      { ...change, remove: [accountId('x')] },
      { ...change, pool: pool + 1, remove: [accountId('x')] },
    ]);
    expect(log.settings.at(-1)).toHaveLength(7);
    state.forgetNewerThan(log.events.length - 2);
    expect([...state.pools.keys()].filter((id) => id < pool + 2)).toEqual([]);
  });

  test('is forgotten with a batch that is not confirmed, limits or not', () => {
    fold([customer(), listed('limited', ['x'], daily())]);
    const confirmed = log.events.length;
    expect(state.hasPools).toBe(true);
    fold([pay('x', 'shop', 1n)], NOON + 1);
    expect([...state.pools.values()].map(({ changed }) => changed)).toEqual([confirmed + 1, confirmed + 1]);
    state.forgetNewerThan(confirmed);
    expect([...state.pools.keys()]).toEqual([]);
    expect(state.owners.poolNames.size).toBe(0);
  });

  test('keeps one row a pool and batch, of what counted in the end, at the last event that did', () => {
    fold([customer(), listed('other', ['y'])]);
    const group: Group = { size: 2 };
    fold(
      [pay('x', 'shop', 5n), pay('x', 'shop', 6n), pay('x', 'y', 7n), pay('shop', 'nobody', 1n)],
      NOON + 1,
    );
    fold([pay('y', 'shop', 9n), pay('y', 'nobody', 1n)], NOON + 2, group);
    const head = account('bank') + 2;
    const rows = log.poolTotals.map((row) => row.map(Number));
    expect(rows).toEqual([
      [head - 1, head + 2, 11, 0, 0, 2, 0],
      [head, head + 3, 0, 7, 7, 0, 1],
    ]);
  });
});
