/** Reversals on PostgreSQL: two processes at once, the second assertion, and the verifier on changed rows. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Posters } from '../../src/engine/posters.ts';
import { postingSession } from '../../src/engine/store.ts';
import { reverseTransfer } from '../../src/engine/transfers/reverse-transfer.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { anotherProcess } from '../support/processes.ts';
import { checksOf, openTestLedger, type TestLedger } from '../support/test-ledger.ts';

let of: TestLedger;
let posters: Posters;
let second: Engine;

beforeAll(async () => {
  of = await openTestLedger(5);
  posters = anotherProcess(of.engine);
  second = { ...of.engine.engine, posters };
});

afterAll(async () => {
  await posters.stop(1000);
  await of.stop();
});

const paid = async (amount: string): Promise<string> =>
  String((await of.engine.pay('payee', 'till', amount)).body['id']);
const show = (id: string) => of.engine.read('transfer.get', { id });

describe('reversals', () => {
  test('of two processes at once never exceed the transfer, and are all shown', async () => {
    const id = await paid('10.00');
    const { ledger: ledgerId, engine } = of;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => {
        const call = { actor: engine.shell, ledgerId, requestId: `req_${i}`, idempotencyKey: randomUUID() };
        return reverseTransfer.run(i % 2 === 0 ? engine.engine : second, {
          ...call,
          input: { id, amount: '0.70' },
        });
      }),
    );
    const statuses = answers.map(({ status, body }) => `${status} ${body['code'] ?? ''}`);
    expect(statuses.filter((status) => status === '201 ')).toHaveLength(14);
    expect(new Set(statuses)).toEqual(new Set(['201 ', '422 reversal_exceeds_original']));
    expect(await show(id)).toMatchObject({ reversed: ['9.80'], reversals: { length: 14 } });
    await engine.run('transfer.reverse', { id });
    expect(await show(id)).toMatchObject({ reversed: ['10.00'], reversals: { length: 15 } });
    expect((await of.verify(of.serve)).problems).toEqual([]);
  });

  test('under one key, sent to two processes at once, move once', async () => {
    const id = await paid('5.00');
    const key = randomUUID();
    const answers = await Promise.all(
      [of.engine.engine, second, of.engine.engine, second].map((engine) =>
        reverseTransfer.run(engine, {
          actor: of.engine.shell,
          ledgerId: of.ledger,
          requestId: 'req_1',
          idempotencyKey: key,
          input: { id, amount: '2' },
        }),
      ),
    );
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    expect(await show(id)).toMatchObject({ reversed: ['2.00'] });
    const original = (await show(id))['legs'] as { debit_code: string; credit_code: string }[];
    const [leg] = original;
    expect(answers[0]?.body['legs']).toMatchObject([
      { debit_code: leg?.credit_code, credit_code: leg?.debit_code },
    ]);
  });

  test('name no code of an account that has none', async () => {
    const { body } = await of.engine.run('account.create', { kind: 'asset', currency: 'INR' });
    const paid = await of.engine.pay('payee', String(body['id']), '1.00');
    const reversed = await of.engine.run('transfer.reverse', { id: paid.body['id'] });
    expect(reversed.body['legs']).toEqual([
      {
        debit: body['id'],
        credit: expect.stringMatching(/^acc_/),
        credit_code: 'payee',
        amount: '1.00',
        currency: 'INR',
      },
    ]);
  });

  test('go on where another process left off, whatever this one remembers', async () => {
    const id = await paid('5.00');
    const by = (engine: Engine, amount: string) =>
      reverseTransfer.run(engine, {
        actor: of.engine.shell,
        ledgerId: of.ledger,
        requestId: 'req_1',
        idempotencyKey: randomUUID(),
        input: { id, amount },
      });
    for (const [engine, amount, left] of [
      [of.engine.engine, '1', '4.00'],
      [second, '1.50', '2.50'],
      [of.engine.engine, '2', '0.50'],
    ] as const)
      expect((await by(engine, amount)).body).toMatchObject({ remaining: [left] });
    expect((await by(second, '0.51')).body).toMatchObject({ code: 'reversal_exceeds_original' });
  });
});

describe('the database', () => {
  test.each([
    ['more than there was', '{500}', '{501}'],
    ['less than before', '{500}', '{99}'],
    ['as much as before', '{500}', '{100}'],
    ['another amount', '{600}', '{200}'],
  ])('refuses a version that reverses %s', async (_, amounts, reversed) => {
    const id = await paid('5.00');
    const part = await of.engine.run('transfer.reverse', { id, amount: '1' });
    const [transfer, number] = [Number.parseInt(id.slice(-9), 32), Number(part.body['event_number'])];
    const rows = JSON.stringify([[String(transfer), String(number + 1), amounts, reversed]]);
    await expect(of.admin`select bahi.reversal_append(${of.ledger}, ${rows}::text::jsonb)`).rejects.toThrow(
      `a version does not continue the reversals of ${transfer}`,
    );
  });

  test('tells a session the transfers that it asks for, and leaves out what is none', async () => {
    const id = await paid('5.00');
    const number = Number.parseInt(id.slice(-9), 32);
    const session = postingSession(of.engine.database.serve, of.ledger);
    const { originals } = await session.readOriginals([number, 1, 999_999]);
    session.destroy('done');
    expect(originals.map(([transfer, , ...rest]) => [transfer, ...rest])).toEqual([[number, null, number]]);
  });
});

describe('the verifier', () => {
  let number: number;
  beforeAll(async () => {
    const id = await paid('5.00');
    number = Number.parseInt(id.slice(-9), 32);
    await of.engine.run('transfer.reverse', { id, amount: '1' });
    await of.engine.run('transfer.reverse', { id, amount: '2', reference: 'second' });
    await of.engine.run('transfer.adjust', {
      legs: [{ debit: 'till', credit: 'payee', amount: '1', currency: 'INR' }],
      reason: 'typo',
    });
  });

  test('finds nothing on a ledger with reversals and adjustments', async () => {
    expect((await of.verify(of.serve)).problems).toEqual([]);
  });

  test('finds a changed amount that was reversed', async () => {
    const report = await of.changed(
      (sql) => sql`update reversal set reversed = '{300}' where ledger_id = ${of.ledger}
        and transfer_id = ${number} and reversed = '{100}'`,
    );
    expect(checksOf(report)).toEqual(['reversals', 'link']);
  });

  test('finds a reversal that is not in the table', async () => {
    const report = await of.changed(
      (sql) => sql`delete from reversal where ledger_id = ${of.ledger} and transfer_id = ${number}`,
    );
    expect(checksOf(report)).toEqual(['reversals', 'link']);
  });

  test('finds a reversal that no event made', async () => {
    const report = await of.changed(
      (sql) => sql`insert into reversal (ledger_id, transfer_id, number, amounts, reversed)
        select ledger_id, transfer_id, number + 100000, amounts, reversed from reversal
        where ledger_id = ${of.ledger} and transfer_id = ${number} limit 1`,
    );
    expect(checksOf(report)).toEqual(['reversals']);
  });

  test('tells where a transfer that was reversed was made unreadable', async () => {
    const report = await of.changed(
      (sql) => sql`update event set body = '{}' where ledger_id = ${of.ledger} and number = ${number}`,
    );
    expect(report.problems[0]).toMatchObject({ number });
    expect(checksOf(report)).toContain('body');
  });
});
