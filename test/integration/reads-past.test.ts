/**
 * Accounts as of any moment and statements of any period, on a real PostgreSQL, against sums over the amounts of the
 * entries alone: no cumulative total has a part in what is expected.
 */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getStatement } from '../../src/engine/accounts/get-statement.ts';
import { formatMicros, parseMicros } from '../../src/kernel/clock.ts';
import { exponentOf } from '../../src/kernel/currency.ts';
import { formatId } from '../../src/kernel/id.ts';
import { formatMinor } from '../../src/kernel/money.ts';
import { isDebitNormal } from '../../src/ledger/account.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';
import { type Statement, statementOf, statementParts, wholeText } from '../support/statements.ts';
import { runWorkload } from '../support/workload.ts';

const SEED = 20_261_122;
const LONG_AGO = '2000-01-01T00:00:00Z';
let bahi: TestEngine;

beforeAll(async () => {
  bahi = await openTestEngine();
  await bahi.run('account.create', { code: 'cash', kind: 'asset', currency: 'INR' });
  await bahi.run('account.create', { code: 'anna', kind: 'liability', currency: 'INR', floor: '0' });
});
afterAll(() => bahi.stop());

const postedAt = ({ body }: { body: Body }): string => String(body['posted_at']);
const shifted = (time: string, micros: number): string => formatMicros((parseMicros(time) ?? 0) + micros);
const posted = async (id: string, at?: string): Promise<unknown> =>
  ((await bahi.read('account.get', at === undefined ? { id } : { id, at }))['balances'] as Body)['posted'];
const failure = (code: string, more: Body = {}) => expect.objectContaining({ code, ...more });

describe('an account as of a moment', () => {
  test('takes in what was posted at that very microsecond, and not a microsecond before it', async () => {
    const first = postedAt(await bahi.pay('cash', 'anna', '10'));
    const second = postedAt(await bahi.pay('cash', 'anna', '5'));
    const before = await posted('anna', shifted(first, -1));
    expect(before).toBe('0.00');
    expect(await posted('anna', first)).toBe('10.00');
    expect(await posted('anna', shifted(second, -1))).toBe('10.00');
    expect(await posted('anna', second)).toBe('15.00');
    expect(await posted('anna', second)).toBe(await posted('anna'));
  });

  test('is the same moment at any offset', async () => {
    const at = postedAt(await bahi.pay('cash', 'anna', '1'));
    const india = formatMicros((parseMicros(at) ?? 0) + 19_800_000_000).replace('Z', '+05:30');
    expect(await bahi.read('account.get', { id: 'anna', at: india })).toEqual(
      await bahi.read('account.get', { id: 'anna', at }),
    );
  });

  test('has the settings of that moment as well', async () => {
    await bahi.run('account.create', { code: 'ice', kind: 'liability', currency: 'INR' });
    const at = postedAt(await bahi.pay('cash', 'ice', '1'));
    await bahi.run('account.update', { id: 'ice', credits_frozen: true });
    expect(await bahi.read('account.get', { id: 'ice', at })).toMatchObject({ credits_frozen: false });
    expect(await bahi.read('account.get', { id: 'ice' })).toMatchObject({ credits_frozen: true });
  });

  test('before it was opened is not found, and told when that was', async () => {
    await bahi.run('account.create', { code: 'late', kind: 'liability', currency: 'INR' });
    const at = postedAt(await bahi.pay('cash', 'late', '1'));
    expect(await posted('late', shifted(at, -1))).toBe('0.00');
    await expect(bahi.run('account.get', { id: 'late', at: LONG_AGO })).rejects.toThrow(
      failure('not_found', { detail: expect.stringMatching(/^The account was opened later, at 20\d\d-/) }),
    );
  });

  test('that is still to come is refused', async () => {
    const pointer = (name: string) =>
      failure('invalid_request', {
        errors: [{ pointer: `/${name}`, message: expect.stringMatching(/^this is still to come/) }],
      });
    await expect(bahi.run('account.get', { id: 'anna', at: '2999-01-01T00:00:00Z' })).rejects.toThrow(
      pointer('at'),
    );
    const far = { id: 'anna', from: LONG_AGO, to: '2999-01-01T00:00:00Z' };
    await expect(bahi.run('account.statement', far)).rejects.toThrow(pointer('to'));
    await expect(bahi.run('account.statement', { id: 'anna', from: far.to })).rejects.toThrow(
      pointer('from'),
    );
    await expect(posted('anna', formatMicros(Date.now() * 1000))).resolves.toBeDefined();
  });

  test('of another ledger, or of nothing, is unknown', async () => {
    const other = await bahi.createLedger('past-elsewhere');
    const foreign = await bahi.run('account.create', { kind: 'asset', currency: 'INR' }, { ledgerId: other });
    for (const id of [foreign.body['id'], 'nobody', formatId('acc', bahi.ledgerId, 999_999)]) {
      const now = formatMicros(Date.now() * 1000);
      const unknown = failure('not_found', { detail: undefined });
      await expect(bahi.run('account.get', { id, at: now })).rejects.toThrow(unknown);
      await expect(bahi.run('account.statement', { id, from: LONG_AGO })).rejects.toThrow(unknown);
    }
  });
});

describe('entries of a period', () => {
  test('begin at its start and end before its end, over pages and both ways', async () => {
    await bahi.run('account.create', { code: 'page', kind: 'liability', currency: 'INR' });
    const times: string[] = [];
    for (let i = 1; i <= 6; i++) times.push(postedAt(await bahi.pay('cash', 'page', `${i}`)));
    const amounts = async (more: Body): Promise<unknown[]> => {
      const found: unknown[] = [];
      for (let cursor: string | null = null; ; ) {
        const input: Body = { id: 'page', order: 'asc', limit: 2, ...more, ...(cursor ? { cursor } : {}) };
        const page = await bahi.list('account.entries', input);
        found.push(...page.data.map(({ amount }) => amount));
        cursor = page.next_cursor;
        if (cursor === null) return found;
      }
    };
    const [, second = '', , , fifth = '', sixth = ''] = times;
    expect(await amounts({ from: second, to: fifth })).toEqual(['2.00', '3.00', '4.00']);
    expect(await amounts({ from: second, to: fifth, order: 'desc' })).toEqual(['4.00', '3.00', '2.00']);
    expect(await amounts({ from: shifted(second, 1), to: shifted(fifth, 1) })).toEqual([
      '3.00',
      '4.00',
      '5.00',
    ]);
    expect(await amounts({ from: fifth })).toEqual(['5.00', '6.00']);
    expect(await amounts({ to: second })).toEqual(['1.00']);
    expect(await amounts({ from: shifted(sixth, 1) })).toEqual([]);
    expect(await amounts({ from: LONG_AGO, to: '2999-01-01T00:00:00Z' })).toHaveLength(6);
  });

  test('have cursors of their own, which no other period opens', async () => {
    const { next_cursor: cursor } = await bahi.list('account.entries', {
      id: 'page',
      from: LONG_AGO,
      limit: 1,
    });
    const again = { id: 'page', limit: 1, cursor };
    const sameMoment = LONG_AGO.replace('Z', '+00:00');
    expect((await bahi.list('account.entries', { ...again, from: sameMoment })).data).toHaveLength(1);
    for (const other of [
      {},
      { from: '2001-01-01T00:00:00Z' },
      { from: LONG_AGO, to: '2999-01-01T00:00:00Z' },
    ])
      await expect(bahi.run('account.entries', { ...again, ...other })).rejects.toThrow(
        failure('invalid_cursor'),
      );
    const elsewhere = await bahi.createLedger('period-elsewhere');
    await bahi.run(
      'account.create',
      { code: 'page', kind: 'asset', currency: 'INR' },
      { ledgerId: elsewhere },
    );
    await expect(
      bahi.run('account.entries', { ...again, from: LONG_AGO }, { ledgerId: elsewhere }),
    ).rejects.toThrow(failure('invalid_cursor'));
  });
});

describe('a statement', () => {
  test('tells opening, entries with what they were for, and closing; refusals move nothing', async () => {
    await bahi.run('account.create', { code: 'shop', kind: 'liability', currency: 'INR', floor: '0' });
    await bahi.pay('cash', 'shop', '100');
    const from = postedAt(await bahi.pay('shop', 'anna', '30.5', { reference: 'rent' }));
    await bahi.pay('shop', 'anna', '1000');
    const leg = (credit: string, amount: string) => ({ debit: 'shop', credit, amount, currency: 'INR' });
    const last = await bahi.run('transfer.create', { legs: [leg('anna', '1'), leg('cash', '2')] });
    const statement = await statementOf(bahi, { id: 'shop', from });
    const ids = async (id: string) => (await bahi.read('account.get', { id }))['id'];
    const row = { direction: 'debit', reference: null, at: postedAt(last), transfer_id: last.body['id'] };
    expect(statement).toMatchObject({
      account: { id: await ids('shop'), code: 'shop', kind: 'liability', currency: 'INR', owner: null },
      from,
      to: shifted(postedAt(last), 1),
      opening: { posted: '100.00', held: '0.00', available: '100.00' },
      entries: [
        { at: from, reference: 'rent', amount: '30.50', balance: '69.50', counterparty_code: 'anna', leg: 0 },
        { ...row, amount: '1.00', balance: '68.50', counterparty: await ids('anna'), leg: 0 },
        { ...row, amount: '2.00', balance: '66.50', counterparty: await ids('cash'), leg: 1 },
      ],
      closing: { posted: '66.50' },
      totals: { debits: '33.50', credits: '0.00', entries: 3 },
    });
    getStatement.output.parse(statement);
  });

  test('is the same in CSV, with a row at each end', async () => {
    const text = await wholeText(await statementParts(bahi, { id: 'shop', from: LONG_AGO, format: 'csv' }));
    expect(text).toMatch(/^line,at,transfer_id,[\w,]+\r\n(?:[^\r\n"]+\r\n)+$/);
    const [first, ...rest] = parse(text, { columns: true }) as Record<string, string>[];
    const last = rest.pop();
    const { entries, closing, totals, to } = await statementOf(bahi, { id: 'shop', from: LONG_AGO });
    expect(first).toMatchObject({ line: 'opening', balance: '0.00', currency: 'INR', transfer_id: '' });
    expect(last).toMatchObject({
      line: 'closing',
      at: to,
      balance: closing.posted,
      debit: totals.debits,
      credit: totals.credits,
    });
    expect(rest).toEqual(
      entries.map(({ direction, amount, leg, reference, ...same }) => ({
        line: 'entry',
        ...same,
        leg: String(leg),
        reference: reference ?? '',
        debit: direction === 'debit' ? amount : '',
        credit: direction === 'credit' ? amount : '',
        currency: 'INR',
      })),
    );
  });

  test('continues the one before it without a gap', async () => {
    const one = await statementOf(bahi, { id: 'anna', from: LONG_AGO });
    await bahi.pay('cash', 'anna', '7');
    const next = await statementOf(bahi, { id: 'anna', from: one.to });
    expect(next.opening).toEqual(one.closing);
    expect(next.entries.map(({ amount }) => amount)).toEqual(['7.00']);
  });

  test('of a time before the account was opened begins at zero; of that time alone is not found', async () => {
    const opened = await bahi.run('account.create', { code: 'young', kind: 'liability', currency: 'INR' });
    expect(opened.status).toBe(201);
    const statement = await statementOf(bahi, { id: 'young', from: LONG_AGO });
    expect(statement).toMatchObject({
      opening: { posted: '0.00' },
      entries: [],
      closing: { posted: '0.00' },
    });
    await expect(
      bahi.run('account.statement', { id: 'young', from: LONG_AGO, to: '2001-01-01T00:00:00Z' }),
    ).rejects.toThrow(failure('not_found', { detail: expect.stringContaining('opened later') }));
  });

  test('is of one head and made as it is read: what is posted meanwhile does not enter', async () => {
    await bahi.run('account.create', { code: 'busy', kind: 'liability', currency: 'INR' });
    const leg = { debit: 'cash', credit: 'busy', amount: '1', currency: 'INR' };
    const pays = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => bahi.run('transfer.create', { legs: Array(60).fill(leg) })),
      );
    await pays(20);
    const parts = (await statementParts(bahi, { id: 'busy', from: LONG_AGO }))[Symbol.asyncIterator]();
    let text = String((await parts.next()).value);
    await pays(20);
    let count = 1;
    for (let part = await parts.next(); !part.done; part = await parts.next(), count++) text += part.value;
    const statement = JSON.parse(text) as Statement;
    expect(count).toBe(3);
    expect(statement.entries).toHaveLength(1200);
    expect(statement.entries.map(({ balance }) => balance)).toEqual(
      Array.from({ length: 1200 }, (_, i) => `${i + 1}.00`),
    );
    expect(statement.closing.posted).toBe('1200.00');
    expect(await posted('busy')).toBe('2400.00');
  });
});

describe(`any history (seed ${SEED})`, () => {
  interface Told {
    readonly account: number;
    readonly number: number;
    readonly amount: bigint;
    readonly at: number;
  }
  let history: TestEngine;
  let told: Told[];
  let times: number[];

  beforeAll(async () => {
    history = await openTestEngine();
    await runWorkload(history, SEED, 60);
    const owner = testPool(history.database.owner, 1);
    const rows = await owner<Record<keyof Told, string>[]>`
      select n.account_id as account, n.position >> 8 as number, n.amount, bahi.to_micros(e.at) as at
      from bahi.entry n join bahi.event e on e.ledger_id = n.ledger_id and e.number = n.position >> 8
      where n.ledger_id = ${history.ledgerId} order by n.position`;
    told = rows.map(({ account, number, amount, at }) => ({
      account: Number(account),
      number: Number(number),
      amount: BigInt(amount),
      at: Number(at),
    }));
    const events = await owner<{ at: string }[]>`
      select bahi.to_micros(e.at) as at from bahi.event e where e.ledger_id = ${history.ledgerId} order by e.number`;
    times = events.map(({ at }) => Number(at));
    await owner.end({ timeout: 5 });
  });
  afterAll(() => history.stop());

  let state = SEED;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const moments = (): number => (times[random(times.length)] as number) + random(3) - 1;

  test('has at random moments the balances that the amounts add up to, or no account yet', async () => {
    const { rows } = await history.engine.reads.accounts(
      history.ledgerId,
      {},
      { beyond: null, descending: false, count: 100 },
    );
    let missing = 0;
    for (let i = 0; i < 300; i++) {
      const { identity } = rows[random(rows.length)] as (typeof rows)[0];
      const at = Math.max(moments(), times[0] as number);
      const input = { id: formatId('acc', history.ledgerId, identity.id), at: formatMicros(at) };
      if ((times[identity.id - 1] as number) > at) {
        missing++;
        await expect(history.run('account.get', input)).rejects.toThrow(failure('not_found'));
        continue;
      }
      const net = told
        .filter((entry) => entry.account === identity.id && entry.at <= at)
        .reduce((sum, { amount }) => sum + amount, 0n);
      const expected = formatMinor(isDebitNormal(identity.kind) ? -net : net, exponentOf(identity.currency));
      const { balances } = await history.read('account.get', input);
      expect({ ...input, balances }).toEqual({
        ...input,
        balances: { posted: expected, held: expect.any(String), available: expected },
      });
    }
    expect(missing).toBeGreaterThan(10);
  });

  test('has statements of random periods that add up, entry by entry', async () => {
    const { rows } = await history.engine.reads.accounts(
      history.ledgerId,
      {},
      { beyond: null, descending: false, count: 100 },
    );
    let entries = 0;
    for (let i = 0; i < 150; i++) {
      const { identity } = rows[random(rows.length)] as (typeof rows)[0];
      const [from = 0, to = 0] = [moments(), moments()].sort((a, b) => a - b);
      if (from === to || (times[identity.id - 1] as number) >= to) continue;
      const sign = isDebitNormal(identity.kind) ? -1n : 1n;
      const money = (minor: bigint) => formatMinor(minor * sign, exponentOf(identity.currency));
      let net = 0n;
      const expected: Body[] = [];
      let opening = money(0n);
      for (const { account, amount, at, number } of told) {
        if (account !== identity.id || at >= to) continue;
        net += amount;
        if (at < from) opening = money(net);
        else if (amount !== 0n)
          expected.push({
            transfer_id: formatId('trf', history.ledgerId, number),
            at: formatMicros(at),
            balance: money(net),
          });
      }
      const input = { id: identity.code, from: formatMicros(from), to: formatMicros(to) };
      const statement = await statementOf(history, input);
      expect({ ...input, ...statement }).toMatchObject({
        ...input,
        opening: { posted: opening },
        entries: expected,
        closing: { posted: money(net) },
      });
      expect(statement.entries).toHaveLength(expected.length);
      entries += expected.length;
    }
    expect(entries).toBeGreaterThan(100);
  });
});
