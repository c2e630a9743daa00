/**
 * The verifier on changed ledgers: each kind of row that a superuser changes is found under its name.
 */
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { makeItem } from '../../src/engine/command.ts';
import { actorOf, commandOf, readEvent } from '../../src/engine/verify/command-of-event.ts';
import type { ExpectedHead } from '../../src/engine/verify/verify-ledger.ts';
import { checksOf, openTestLedger, type TestLedger } from '../support/test-ledger.ts';

let of: TestLedger;
/** What every row of a report says besides. */
const DIFFERENT = { subject: expect.any(String), expected: expect.any(String), found: expect.any(String) };

beforeAll(async () => {
  of = await openTestLedger(60);
});

afterAll(() => of.stop());

describe('a changed event', () => {
  test('body: the leaf, the fold and the link disagree', async () => {
    const report = await of.changed(
      (sql) =>
        sql`update event set body = replace(body, '"10.00"', '"11.00"') where ledger_id = ${of.ledger} and number = ${of.last}`,
    );
    expect(checksOf(report)).toEqual(['leaf', 'event', 'entries', 'link']);
    expect(report.problems.every(({ number }) => number === of.last)).toBe(true);
  });

  test('body and leaf together: the fingerprint and the link disagree', async () => {
    const report = await of.changed(
      (sql) => sql`update event set body = replace(body, 'last', 'lost'),
        leaf_hash = sha256('\\x00'::bytea || convert_to(replace(body, 'last', 'lost'), 'UTF8'))
        where ledger_id = ${of.ledger} and number = ${of.last}`,
    );
    expect(checksOf(report)).toEqual(['event', 'link', 'search']);
    expect(report.problems[0]).toMatchObject({ check: 'event', subject: 'fingerprint' });
  });

  test('body that is no JSON, or not of this form', async () => {
    for (const body of ['{', '[]', '{"actor":"shell:x"}', '']) {
      const report = await of.changed(
        (sql) => sql`update event set body = ${body} where ledger_id = ${of.ledger} and number = ${of.last}`,
      );
      expect(checksOf(report)).toContain('body');
    }
  });

  test.each(['type', 'code'])('%s', async (column) => {
    const report = await of.changed(
      (sql) =>
        sql`update event set ${sql(column)} = 'x' where ledger_id = ${of.ledger} and number = ${of.last}`,
    );
    expect(checksOf(report)).toEqual(['event', 'link']);
    expect(report.problems[0]).toMatchObject({ number: of.last, subject: column });
  });

  test('key and fingerprint', async () => {
    const report = await of.changed(
      (sql) => sql`update event set key = gen_random_uuid(), fingerprint = sha256('x')
        where ledger_id = ${of.ledger} and number = 20`,
    );
    expect(checksOf(report)).toEqual(['event', 'link']);
    expect(report.problems.map(({ subject, number }) => [subject, number]).slice(0, 2)).toEqual([
      ['key', 20],
      ['fingerprint', 20],
    ]);
  });

  test('leaf hash alone', async () => {
    const report = await of.changed(
      (sql) => sql`update event set leaf_hash = sha256('x') where ledger_id = ${of.ledger} and number = 20`,
    );
    expect(report.problems).toEqual([{ ...DIFFERENT, check: 'leaf', number: 20 }]);
  });

  test('time', async () => {
    const report = await of.changed(
      (sql) =>
        sql`update event set at = at + interval '1 microsecond' where ledger_id = ${of.ledger} and number = 20`,
    );
    expect(report.problems).toEqual([{ ...DIFFERENT, check: 'time', number: 20 }]);
  });

  test('deleted', async () => {
    const report = await of.changed(
      (sql) => sql`delete from event where ledger_id = ${of.ledger} and number = 20`,
    );
    expect(report.problems[0]).toMatchObject({ check: 'order', number: 20 });
    expect(checksOf(report)).toEqual(['order']);
  });

  test('inserted after the newest', async () => {
    const report = await of.changed(
      (sql) => sql`insert into event (ledger_id, number, at, type, key, fingerprint, leaf_hash, body)
        select ledger_id, number + 100000, at, type, gen_random_uuid(), fingerprint, leaf_hash, body
        from event where ledger_id = ${of.ledger} and number = ${of.last}`,
    );
    expect(checksOf(report)).toContain('order');
  });

  test('two in each other’s place', async () => {
    const report = await of.changed(async (sql) => {
      const move = (from: number, to: number) =>
        sql`update event set number = ${to} where ledger_id = ${of.ledger} and number = ${from}`;
      await move(20, 999_999);
      await move(21, 20);
      await move(999_999, 21);
    });
    expect(checksOf(report)).toEqual(expect.arrayContaining(['event', 'link']));
    expect(report.problems[0]?.number).toBe(20);
  });
});

describe('a changed log', () => {
  const headOf = async (sql: Sql): Promise<ExpectedHead> => (await of.verify(sql)).head;

  test('cut off at the end: only who knows the head can tell', async () => {
    const head = await headOf(of.serve);
    const cut = async (sql: ReservedSql) => {
      const [row] = await sql`select max(last_number) as at from batch where ledger_id = ${of.ledger}
        and last_number < ${head.number}`;
      const at = Number(row?.['at']);
      await sql`delete from batch where ledger_id = ${of.ledger} and last_number > ${at}`;
      await sql`delete from event where ledger_id = ${of.ledger} and number > ${at}`;
      await sql`delete from entry where ledger_id = ${of.ledger} and position >= (${at}::bigint + 1) * 256`;
      await sql`delete from transfer_search where ledger_id = ${of.ledger} and number > ${at}`;
    };
    expect((await of.changed(cut)).problems).toEqual([]);
    expect((await of.changed(cut, head)).problems).toEqual([
      { ...DIFFERENT, check: 'head', number: head.number, found: expect.stringContaining('ends at event') },
    ]);
    expect((await of.verify(of.serve, head)).problems).toEqual([]);
    expect(checksOf(await of.verify(of.serve, { ...head, link: '00' }))).toEqual(['head']);
  });

  test('a batch deleted', async () => {
    const report = await of.changed(
      (sql) => sql`delete from batch where ledger_id = ${of.ledger} and last_number = 20`,
    );
    expect(checksOf(report)).toContain('order');
  });

  test('a batch has another link', async () => {
    const report = await of.changed(
      (sql) => sql`update batch set link = sha256('x') where ledger_id = ${of.ledger} and last_number = 20`,
    );
    expect(report.problems.map(({ check, number }) => [check, number])).toEqual([
      ['link', 20],
      ['link', 21],
    ]);
  });

  test('a batch names other subjects as touched', async () => {
    const report = await of.changed(
      (sql) => sql`update batch set touched = '{1,2}' where ledger_id = ${of.ledger} and last_number = 20`,
    );
    expect(checksOf(report)).toEqual(expect.arrayContaining(['touched', 'link']));
  });

  test('a batch has another time', async () => {
    const report = await of.changed(
      (sql) =>
        sql`update batch set at = at - interval '1 day' where ledger_id = ${of.ledger} and last_number = 20`,
    );
    expect(checksOf(report)).toEqual(['time', 'event', 'link']);
  });

  test('the payee of a transfer, in event, fingerprint, leaf, entries, touched and all: the link', async () => {
    const report = await of.changed(async (sql) => {
      const rows = await sql`select account_id, code from account where ledger_id = ${of.ledger}`;
      const id = (code: string) => Number(rows.find((row) => row['code'] === code)?.['account_id']);
      const [row] = await sql`select body from event where ledger_id = ${of.ledger} and number = ${of.last}`;
      const swap = (text: string) =>
        text.replaceAll('payee', 'thief').replaceAll(idText(id('payee')), idText(id('thief')));
      const body = swap(String(row?.['body']));
      const event = readEvent(body);
      const item = makeItem(
        of.ledger,
        commandOf(event, of.ledger),
        actorOf(event, of.ledger),
        event.idempotency_key,
        event.request,
      );
      await sql`update event set body = ${body}, fingerprint = decode(${item.fingerprint}, 'hex'),
        leaf_hash = sha256('\\x00'::bytea || convert_to(${body}::text, 'UTF8')) where ledger_id = ${of.ledger} and number = ${of.last}`;
      await sql`update entry set account_id = ${id('thief')} where ledger_id = ${of.ledger} and account_id = ${id('payee')}`;
      await sql`update batch set touched = array_replace(touched, ${id('payee')}::bigint, ${id('thief')}::bigint)
        where ledger_id = ${of.ledger} and last_number = ${of.last}`;
    });
    expect(report.problems).toEqual([{ ...DIFFERENT, check: 'link', number: of.last }]);
  });
});

/** The number part of an account's id. */
const idText = (number: number): string => number.toString(32).padStart(9, '0');

describe('a changed entry', () => {
  test('amount', async () => {
    const report = await of.changed(
      (
        sql,
      ) => sql`update entry set amount = amount - 1 where ledger_id = ${of.ledger} and position = ${of.last * 256}
        and amount < 0`,
    );
    expect(checksOf(report)).toEqual(['entries', 'link']);
    expect(report.problems[0]).toMatchObject({
      number: of.last,
      subject: expect.stringMatching(/^entry of acc_.*: amounts$/),
      expected: '-1000',
      found: '-1001',
    });
  });

  test('deleted', async () => {
    const report = await of.changed(
      (sql) =>
        sql`delete from entry where ledger_id = ${of.ledger} and position = ${of.last * 256} and amount > 0`,
    );
    expect(checksOf(report)).toEqual(['entries', 'link', 'balances']);
    expect(report.problems[0]).toMatchObject({
      number: of.last,
      expected: expect.stringMatching(/^amount 1000/),
      found: 'no row',
    });
  });

  test('added to an account that the batch did not touch', async () => {
    const report = await of.changed(
      (
        sql,
      ) => sql`insert into entry (account_id, position, amount, debits, credits, held_debits, held_credits, ledger_id,
          debit_count, credit_count, refused_count, version)
        select account_id, 256 * 20, 5, 0, 5, 0, 0, ledger_id, 0, 1, 0, 1
        from account where ledger_id = ${of.ledger} and code = 'thief'`,
    );
    expect(checksOf(report)).toEqual(['entries', 'balances']);
    expect(report.problems[0]).toMatchObject({ expected: '0', found: '1' });
  });

  test('added to an account that does not exist', async () => {
    const report = await of.changed(
      (
        sql,
      ) => sql`insert into entry (account_id, position, amount, debits, credits, held_debits, held_credits, ledger_id,
          debit_count, credit_count, refused_count, version) values (777777, 256, 5, 0, 5, 0, 0, ${of.ledger}, 0, 1, 0, 1)`,
    );
    expect(checksOf(report)).toEqual(['entries']);
  });

  test('in the middle of the history: reported where it stands, and not ever after', async () => {
    let number = 0;
    const report = await of.changed(async (sql) => {
      const [row] = await sql`
        update entry set debits = debits + 1, version = version + 1
        where (ledger_id, account_id, position) = (
          select e.ledger_id, e.account_id, e.position from entry e where e.ledger_id = ${of.ledger} and e.net_min is null
          and e.net_max is null and e.amount < 0 and exists (select from entry later where later.ledger_id = e.ledger_id
            and later.account_id = e.account_id and later.position >> 8 > e.position >> 8)
          order by e.position limit 1)
        returning position >> 8 as number`;
      number = Number(row?.['number']);
    });
    expect(
      report.problems.map((problem) => [problem.check, problem.number, problem.subject.split(': ')[1]]),
      `seed ${of.seed}`,
    ).toEqual([
      ['entries', number, 'debits'],
      ['entries', number, 'versions'],
      ['link', expect.any(Number), undefined],
    ]);
  });
});

describe('another row changed', () => {
  test('the floor of an account', async () => {
    const report = await of.changed(
      (sql) => sql`update account_setting set floor = -1000000 where ledger_id = ${of.ledger} and floor = 0
        and account_id = (select account_id from account where ledger_id = ${of.ledger} and code = 'customer-INR-0')`,
    );
    expect(checksOf(report)).toEqual(['settings', 'link']);
  });

  test('settings added', async () => {
    const report = await of.changed(
      (
        sql,
      ) => sql`insert into account_setting select ledger_id, account_id, number + 1, code, kind, currency, owner,
          null, null, false, false, false
        from account_setting where ledger_id = ${of.ledger} order by number limit 1`,
    );
    expect(checksOf(report)).toEqual(['settings']);
  });

  test('the kind of an account', async () => {
    const report = await of.changed(
      (sql) => sql`update account set kind = 'equity' where ledger_id = ${of.ledger} and code = 'payee'`,
    );
    expect(checksOf(report)).toEqual(['accounts', 'settings', 'link']);
  });

  test.each([
    ['code', 'stolen'],
    ['kind', 'equity'],
    ['owner', '0f7b3f5e-8a53-4c0e-9d1f-5c1f6a7b8c9d'],
  ])('the %s of an account as its settings repeat it', async (column, value) => {
    const report = await of.changed(
      (sql) => sql`update account_setting set ${sql(column)} = ${value}
        where ledger_id = ${of.ledger} and code = 'payee'`,
    );
    expect(checksOf(report)).toEqual(['settings', 'link']);
  });

  test('the currency of an account as its settings repeat it: the sums are wrong as well', async () => {
    const report = await of.changed(
      (sql) =>
        sql`update account_setting set currency = 'USD' where ledger_id = ${of.ledger} and code = 'payee'`,
    );
    expect(checksOf(report)).toEqual(['settings', 'link', 'balances']);
  });

  test('an account added', async () => {
    const report = await of.changed(
      (sql) => sql`insert into account values (${of.ledger}, 20, 'stray', 'asset', 'INR')`,
    );
    expect(checksOf(report)).toContain('accounts');
  });

  test('an API key added', async () => {
    const report = await of.changed(
      (sql) => sql`insert into api_key (ledger_id, key_id, client, prefix, secret_hash, scopes)
        values (${of.ledger}, ${of.last}, 'app', 'stray', sha256('x'), '{transfers:write}')`,
    );
    expect(checksOf(report)).toContain('api_keys');
  });

  test('the scopes of an API key', async () => {
    const report = await of.changed(
      (sql) => sql`update api_key set scopes = '{transfers:write,transfers:unrestricted}'
        where ledger_id = ${of.ledger} and client = 'app'`,
    );
    expect(checksOf(report)).toEqual(['api_keys', 'link']);
  });

  test('a revocation deleted', async () => {
    const report = await of.changed(
      (sql) => sql`delete from api_key_revocation where ledger_id = ${of.ledger}`,
    );
    expect(checksOf(report)).toEqual(['revocations', 'link']);
  });

  test('a search row changed', async () => {
    const report = await of.changed(
      (sql) =>
        sql`update transfer_search set value = 'else' where ledger_id = ${of.ledger} and number = ${of.last}`,
    );
    expect(report.problems).toEqual([{ ...DIFFERENT, check: 'search', number: of.last }]);
  });

  test('a search row added', async () => {
    const report = await of.changed(
      (sql) => sql`insert into transfer_search values (${of.ledger}, 'reference', 'stray', 20)`,
    );
    expect(checksOf(report)).toEqual(['search']);
  });

  test('a key that stands twice where the index is gone', async () => {
    const report = await of.changed(async (sql) => {
      await sql`drop index event_key_is_used_once`;
      await sql`update event set key = (select key from event where ledger_id = ${of.ledger} and number = 20)
        where ledger_id = ${of.ledger} and number = 21`;
    });
    expect(checksOf(report)).toEqual(['event', 'link', 'keys']);
  });
});
