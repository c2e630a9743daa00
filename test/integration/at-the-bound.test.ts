/**
 * What comes at the same moment, or to the last paisa, in two processes: limits at their very bounds, the expiry of a hold in the
 * microsecond of a capture, parts of one transfer reversed at once, captures beyond a hold beside a limit.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseEvent } from '../../src/audit/event.ts';
import { type Command, makeItem } from '../../src/engine/command.ts';
import { postingSession } from '../../src/engine/store.ts';
import { ENGINE } from '../../src/engine/sweeper.ts';
import { parseId } from '../../src/kernel/id.ts';
import type { Body } from '../support/engine.ts';
import { Folder } from '../support/folder.ts';
import { codeOf, countsOf, TwoProcesses } from '../support/two-processes.ts';

let of: TwoProcesses;
beforeAll(async () => {
  of = await TwoProcesses.open();
});
afterAll(() => of.stop());
beforeEach(() => of.begin());

describe('a limit at its very bound, in two processes by turns', () => {
  const send = async (debit: string, credit: string, amount: string, more: Body = {}) => {
    const { status, body } = await of.pay(debit, credit, amount, more, of.next());
    return { code: status < 400 ? 'done' : String(body['code']), id: String(body['id']) };
  };
  const codes = async (...all: readonly (readonly [string, string, string])[]): Promise<string[]> => {
    const found: string[] = [];
    for (const one of all) found.push((await send(...one)).code);
    return found;
  };
  const HOLD = { hold: { expires_in_seconds: 900 } };
  const limit = (id: string, direction: string) =>
    of.run('account.update', { id, limits: [{ name: 'daily', direction, window: 'day', amount: '100.00' }] });

  test('incoming takes what reaches it and not one paisa more, and gets no room back', async () => {
    await limit('payee', 'incoming');
    const first = await send('payer', 'payee', '60.00');
    expect((await send('payer', 'payee', '40.01', HOLD)).code).toBe('limit_exceeded');
    const held = await send('payer', 'payee', '40.00', HOLD);
    expect(held.code).toBe('done');
    const paisa = ['payer', 'payee', '0.01'] as const;
    expect(await codes(paisa)).toEqual(['limit_exceeded']);
    const captured = await of.by(of.next(), 'transfer.capture', {
      id: held.id,
      amount: '10.00',
      final: true,
    });
    expect(codeOf(captured)).toBe('done');
    expect(await codes(paisa)).toEqual(['limit_exceeded']);
    expect(codeOf(await of.by(of.next(), 'transfer.reverse', { id: first.id, amount: '59.99' }))).toBe(
      'done',
    );
    expect(await codes(paisa)).toEqual(['limit_exceeded']);
    expect(await of.posted('payee')).toBe('10.01');
  });

  test('net takes what reaches it and not one paisa more, and what came in is room', async () => {
    await limit('payer', 'net');
    const out = (amount: string) => ['payer', 'payee', amount] as const;
    const first = await send(...out('60.00'));
    const held = await send(...out('40.00'), HOLD);
    expect([
      held.code,
      ...(await codes(out('0.01'), ['bank', 'payer', '5.00'], out('5.01'), out('5.00'))),
    ]).toEqual(['done', 'limit_exceeded', 'done', 'limit_exceeded', 'done']);
    expect(codeOf(await of.by(of.next(), 'transfer.void', { id: held.id }))).toBe('done');
    expect(await codes(out('0.01'))).toEqual(['limit_exceeded']);
    expect(codeOf(await of.by(of.next(), 'transfer.reverse', { id: first.id }))).toBe('done');
    expect(await codes(out('60.01'), out('60.00'), out('0.01'))).toEqual([
      'limit_exceeded',
      'done',
      'limit_exceeded',
    ]);
    const incoming = await send('bank', 'payer', '10.00', HOLD);
    expect(await codes(out('0.01'))).toEqual(['limit_exceeded']);
    expect(codeOf(await of.by(of.next(), 'transfer.capture', { id: incoming.id, amount: '4.00' }))).toBe(
      'done',
    );
    expect(await codes(out('4.01'), out('4.00'), out('0.01'))).toEqual([
      'limit_exceeded',
      'done',
      'limit_exceeded',
    ]);
  });
});

describe('a hold in the very microsecond in which it expires', () => {
  /** A hold of 10.00, and what a batch at that time makes of commands about it: code, or nothing stored. */
  async function at(offset: number, ...order: readonly ('capture' | 'void' | 'expire')[]): Promise<string[]> {
    of.ledgerId = await of.bahi.createLedger(randomUUID());
    for (const code of ['from', 'to'])
      await of.run('account.create', { code, kind: 'liability', currency: 'INR' });
    const { body } = await of.pay('from', 'to', '10.00', { hold: { expires_in_seconds: 1 } });
    const hold = parseId('trf', of.ledgerId, String(body['id'])) ?? 0;
    const [row] = await of.admin<
      { at: string }[]
    >`select bahi.to_micros(expires_at)::text as at from bahi.hold
      where ledger_id = ${of.ledgerId} and hold_id = ${hold}`;
    const expiresAt = Number(row?.at);
    const commands: Record<string, Command> = {
      capture: { type: 'transfer.capture', hold, amounts: ['4'], final: false },
      void: { type: 'transfer.void', hold },
      expire: { type: 'transfer.expire', hold },
    };
    const items = order.map((name, i) =>
      makeItem(
        of.ledgerId,
        commands[name] as Command,
        name === 'expire' ? ENGINE : of.bahi.shell,
        `${name}-${i}`,
        'req_moment',
      ),
    );
    const { database, linkKey } = of.bahi;
    const under = { serve: database.serve, ledgerId: of.ledgerId, linkKey };
    const session = postingSession(database.serve, of.ledgerId);
    const folder = new Folder(under, session);
    try {
      await folder.open(items);
      // The database takes a batch that is so little ahead of its clock.
      expect(await folder.send(folder.fold(items, expiresAt + offset))).toMatch(/^done/);
    } finally {
      session.destroy('done');
    }
    const rows = await of.admin<{ type: string; code: string; body: string; at: string }[]>`
      select e.type, e.code, e.body, bahi.to_micros(e.at)::text as at from bahi.event e
      where e.ledger_id = ${of.ledgerId} and e.number > ${hold} order by e.number`;
    for (const row of rows) expect(Number(row.at)).toBe(expiresAt + offset);
    await of.expectSound();
    return rows.map((row) => `${row.type} ${row.code || parseEvent(row.body).outcome}`);
  }

  test.each([
    [
      ['capture', 'expire'],
      ['transfer.capture hold_expired', 'transfer.expire done'],
    ],
    [
      ['expire', 'capture'],
      ['transfer.expire done', 'transfer.capture hold_expired'],
    ],
    [
      ['void', 'expire'],
      ['transfer.void hold_expired', 'transfer.expire done'],
    ],
    [
      ['expire', 'expire', 'void'],
      ['transfer.expire done', 'transfer.void hold_expired'],
    ],
  ] as const)('is expired, whichever of %j comes first', async (order, expected) => {
    expect(await at(0, ...order)).toEqual(expected);
  });

  test.each([
    [['expire', 'capture'], ['transfer.capture posted']],
    [['expire', 'void', 'expire'], ['transfer.void done']],
  ] as const)(
    'has not expired the microsecond before: of %j the expiry is nothing',
    async (order, expected) => {
      expect(await at(-1, ...order)).toEqual(expected);
    },
  );
});

test('parts of a transfer of several legs that are reversed at once never exceed a leg, and their sums are exact', async () => {
  const amounts = ['10.01', '20.02', '0.03'];
  const to = ['x', 'y', 'z'];
  for (const code of to)
    await of.run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0' });
  const legs = amounts.map((amount, i) => ({ debit: 'payer', credit: to[i], amount, currency: 'INR' }));
  const { body } = await of.run('transfer.create', { legs });
  const id = String(body['id']);
  const minor = (text: unknown): number => Math.round(Number(text) * 100);
  const asked = Array.from({ length: 60 }, (_, i): Body => {
    if (i % 3 === 0) return { amount: `${(i % 7) + 1}.${10 + i}` };
    if (i % 3 === 1) return { amounts: ['0.37', '1.11', i % 2 === 0 ? '0' : '0.01'] };
    return { amount: '0.07' };
  });
  const answers = await Promise.all(
    asked.map((input, i) => of.by(i % 2 === 0 ? of.first : of.second, 'transfer.reverse', { id, ...input })),
  );
  const reversed = [0, 0, 0];
  for (const [i, { status, body: answer }] of answers.entries()) {
    if (status >= 400) {
      expect(['reversal_exceeds_original', 'already_reversed']).toContain(answer['code']);
      continue;
    }
    const moved = answer['legs'] as { debit_code: string; amount: string }[];
    const sum = moved.reduce((all, { amount }) => all + minor(amount), 0);
    const { amount, amounts: list } = asked[i] as { amount?: string; amounts?: string[] };
    expect(sum).toBe(list ? list.reduce((all, one) => all + minor(one), 0) : minor(amount));
    for (const leg of moved) {
      const place = to.indexOf(leg.debit_code);
      reversed[place] = (reversed[place] ?? 0) + minor(leg.amount);
    }
  }
  const shown = await of.bahi.read('transfer.get', { id }, of.ledgerId);
  expect((shown['reversed'] as string[]).map(minor)).toEqual(reversed);
  expect(reversed.every((sum, i) => sum <= minor(amounts[i]))).toBe(true);
  expect(await Promise.all(to.map(async (code) => minor(await of.posted(code))))).toEqual(
    amounts.map((amount, i) => minor(amount) - (reversed[i] ?? 0)),
  );
  if (reversed.some((sum, i) => sum < minor(amounts[i])))
    expect((await of.by(of.second, 'transfer.reverse', { id })).status).toBe(201);
  expect(await Promise.all(to.map((code) => of.posted(code)))).toEqual(['0.00', '0.00', '0.00']);
  expect(codeOf(await of.run('transfer.reverse', { id }))).toBe('already_reversed');
});

describe('captures beyond a hold beside a limit, in two processes at once', () => {
  const place = async (limit: string): Promise<string> => {
    const limits = [{ name: 'daily', direction: 'outgoing', window: 'day', amount: limit }];
    await of.run('account.update', { id: 'payer', over_capture_percent: '15', limits });
    return String(
      (await of.pay('payer', 'payee', '100.00', { hold: { expires_in_seconds: 900 } })).body['id'],
    );
  };
  const capture = (id: string, amount: string, times: number) =>
    Promise.all(
      Array.from({ length: times }, (_, i) =>
        of.by(i % 2 === 0 ? of.first : of.second, 'transfer.capture', { id, amount }),
      ),
    );

  test('reach the limit exactly', async () => {
    const id = await place('110.00');
    expect(countsOf(await capture(id, '11.00', 20))).toEqual({ done: 10, hold_captured: 10 });
    expect(await of.posted('payee')).toBe('110.00');
    expect(codeOf(await of.pay('payer', 'payee', '0.01'))).toBe('limit_exceeded');
  });

  test('are refused one paisa above it, and leave the hold as it was', async () => {
    const id = await place('109.99');
    expect(countsOf(await capture(id, '11.00', 20))).toEqual({ done: 9, limit_exceeded: 11 });
    expect(countsOf(await capture(id, '11.00', 2))).toEqual({ limit_exceeded: 2 });
    expect(countsOf(await capture(id, '10.99', 2))).toEqual({ done: 1, hold_captured: 1 });
    expect(await of.posted('payee')).toBe('109.99');
  });

  test('are refused one paisa above what the account allows, whatever room the limit has', async () => {
    await of.pay('bank', 'payer', '1.00');
    const id = await place('1000.00');
    expect(countsOf(await capture(id, '115.01', 2))).toEqual({ capture_exceeds_hold: 2 });
    expect(countsOf(await capture(id, '115.00', 2))).toEqual({ done: 1, hold_captured: 1 });
    expect(await of.posted('payee')).toBe('115.00');
    expect(codeOf(await of.pay('payer', 'payee', '885.01'))).toBe('limit_exceeded');
    expect(codeOf(await of.pay('payer', 'payee', '885.00'))).toBe('done');
  });
});
