/** The verifier on ledgers with holds: clean as they are, and each kind of row that a superuser changes is found. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksOf, openTestLedger, type TestLedger } from '../support/test-ledger.ts';

let of: TestLedger;
const LISTED = {
  check: 'open_holds',
  subject: 'listed as open until',
  expected: expect.any(String),
  found: expect.any(String),
};
/** Numbers of holds by what became of them. */
let open: number;
let voided: number;
let captured: number;
let over: number;

beforeAll(async () => {
  of = await openTestLedger(5);
  const { engine } = of;
  const place = async (amount: string) => {
    const { body } = await engine.pay('payee', 'till', amount, { hold: { expires_in_seconds: 900 } });
    return { id: String(body['id']), number: Number(body['event_number']) };
  };
  const [one, two, three] = [await place('1'), await place('2'), await place('3')];
  [open, voided, captured] = [one.number, two.number, three.number];
  await engine.run('transfer.capture', { id: one.id, amount: '0.25' });
  await engine.run('transfer.void', { id: two.id });
  await engine.run('transfer.capture', { id: three.id, amount: '1', final: true });
  await engine.run('account.update', { id: 'payee', over_capture_percent: '15' });
  const four = await place('4');
  over = four.number;
  await engine.run('transfer.capture', { id: four.id, amount: '4.60' });
  await engine.run('account.update', { id: 'payee', over_capture_percent: null });
  // Refused: of what is no hold, in another batch than the transfer.
  await engine.run('transfer.capture', { id: two.id });
  const { body } = await engine.pay('payee', 'till', '1');
  const refused = await engine.run('transfer.void', { id: String(body['id']) });
  expect(refused.body['code']).toBe('not_held');
});

afterAll(() => of.stop());

test('a ledger with holds in every state verifies clean', async () => {
  expect((await of.verify(of.serve)).problems).toEqual([]);
});

describe('a changed hold', () => {
  test('captured amounts', async () => {
    const report = await of.changed(
      (sql) => sql`update hold set captured = '{1}' where ledger_id = ${of.ledger} and hold_id = ${open}
        and number > hold_id`,
    );
    expect(checksOf(report)).toEqual(['holds', 'link']);
  });

  test('amounts', async () => {
    const report = await of.changed(
      (sql) => sql`update hold set amounts = '{99900}' where ledger_id = ${of.ledger} and hold_id = ${open}`,
    );
    expect(checksOf(report)).toEqual(['holds', 'link']);
    expect(report.problems[0]).toMatchObject({
      subject: `row of ${open}`,
      expected: expect.stringContaining('{100}'),
      found: expect.stringContaining('{99900}'),
    });
  });

  test('the payee', async () => {
    const report = await of.changed(
      (sql) => sql`update hold set credits = (select array[account_id] from account
        where ledger_id = ${of.ledger} and code = 'thief') where ledger_id = ${of.ledger} and hold_id = ${open}`,
    );
    expect(checksOf(report)).toEqual(['holds', 'link']);
  });

  test('its expiry: the listed time is another then, too', async () => {
    const report = await of.changed(
      (sql) => sql`update hold set expires_at = expires_at + interval '1 day'
        where ledger_id = ${of.ledger} and hold_id = ${open}`,
    );
    expect(checksOf(report)).toEqual(['holds', 'link', 'open_holds']);
  });

  test('its status: held again, and so not listed as open', async () => {
    const report = await of.changed(
      (sql) => sql`update hold set status = 'held' where ledger_id = ${of.ledger} and hold_id = ${voided}`,
    );
    expect(checksOf(report)).toEqual(['holds', 'link', 'open_holds']);
  });

  test('a version deleted', async () => {
    const report = await of.changed(
      (sql) =>
        sql`delete from hold where ledger_id = ${of.ledger} and hold_id = ${captured} and number > hold_id`,
    );
    expect(checksOf(report)).toEqual(['holds', 'link', 'open_holds']);
  });

  test('a version added at an event that touched it not', async () => {
    const report = await of.changed(
      (
        sql,
      ) => sql`insert into hold select ledger_id, hold_id, number + 20, 'posted', expires_at, debits, credits,
        currencies, amounts, captured from hold where ledger_id = ${of.ledger} and hold_id = ${open} and number = hold_id`,
    );
    expect(checksOf(report).sort()).toEqual(['holds', 'open_holds']);
  });

  test('a hold added that nobody placed', async () => {
    const report = await of.changed(
      (sql) => sql`insert into hold select ledger_id, 7, 7, 'posted', expires_at, debits, credits,
        currencies, amounts, captured from hold where ledger_id = ${of.ledger} and hold_id = ${open} and number = hold_id`,
    );
    expect(checksOf(report)).toContain('holds');
  });

  test('what an account holds', async () => {
    const report = await of.changed(
      (sql) => sql`update entry set held_debits = held_debits - 1 where ledger_id = ${of.ledger}
        and position = ${open * 256} and held_debits > 0`,
    );
    expect(checksOf(report)).toEqual(['entries', 'link']);
  });
});

describe('over-capture', () => {
  test.each([
    [
      'given to an account',
      () =>
        of.changed(
          (sql) => sql`update account_setting set over_capture_bps = 10000
      where ledger_id = ${of.ledger} and code = 'thief'`,
        ),
    ],
    [
      'raised',
      () =>
        of.changed(
          (sql) => sql`update account_setting set over_capture_bps = 1501
      where ledger_id = ${of.ledger} and over_capture_bps = 1500`,
        ),
    ],
    [
      'taken from an account',
      () =>
        of.changed(
          (sql) => sql`update account_setting set over_capture_bps = null
      where ledger_id = ${of.ledger} and over_capture_bps = 1500`,
        ),
    ],
  ])('%s by a superuser is found', async (_, changed) => {
    expect(checksOf(await changed())).toEqual(['settings', 'link']);
  });

  test('that nobody allowed is found in the hold', async () => {
    const report = await of.changed(
      (sql) =>
        sql`update hold set captured = '{101}' where ledger_id = ${of.ledger} and hold_id = ${over} and number > hold_id`,
    );
    expect(checksOf(report)).toEqual(['holds', 'link']);
  });
});

describe('the list of open holds', () => {
  test.each([
    ['lacks one', () => of.changed((sql) => sql`delete from hold_open where ledger_id = ${of.ledger}`)],
    [
      'has another time',
      () =>
        of.changed(
          (sql) => sql`update hold_open set expires_at = expires_at + interval '1 year'
            where ledger_id = ${of.ledger}`,
        ),
    ],
  ])('%s', async (_, changed) => {
    expect((await changed()).problems).toEqual([{ ...LISTED, number: open }]);
  });

  test('has one that has ended', async () => {
    const report = await of.changed(
      (sql) => sql`insert into hold_open values (${of.ledger}, ${voided}, now())`,
    );
    expect(report.problems).toEqual([{ ...LISTED, number: voided, expected: 'not listed' }]);
  });
});
