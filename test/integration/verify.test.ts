/**
 * The verifier on sound ledgers: no problem, whatever the workload was and whoever posts meanwhile.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { checksOf, openTestLedger, type TestLedger } from '../support/test-ledger.ts';

let of: TestLedger;

beforeAll(async () => {
  of = await openTestLedger(60);
});

afterAll(() => of.stop());

describe('a sound ledger', () => {
  test('has no problem after a random workload, read as the serving role', async () => {
    const report = await of.verify(of.serve);
    expect(report.problems, `seed ${of.seed}`).toEqual([]);
    expect(report.problemCount).toBe(0);
    expect(report.currencies.map(({ currency }) => currency)).toEqual(['INR', 'KWD']);
    for (const { debits, credits } of report.currencies) expect(debits).toBe(credits);
    const counts = await of.admin`select count(*)::integer as events, count(code)::integer as refused,
      count(*) filter (where type = 'transfer.create' and code is null)::integer as transfers,
      (select count(*)::integer from bahi.entry where ledger_id = ${of.ledger}) as entries,
      (select count(*)::integer from bahi.batch where ledger_id = ${of.ledger}) as batches,
      (select count(*)::integer from bahi.account where ledger_id = ${of.ledger}) as accounts
      from bahi.event where ledger_id = ${of.ledger}`;
    expect(report).toMatchObject({ ...counts[0], ledger: of.ledger, head: { number: report.events } });
    expect(report.refused).toBeGreaterThan(5);
  });

  test('stays sound while it is posted to', async () => {
    const posting = Promise.all(
      Array.from({ length: 30 }, () => of.engine.pay('bank-INR', 'customer-INR-0', '1')),
    );
    const reports = [await of.verify(of.serve), await of.verify(of.serve)];
    await posting;
    for (const { problems } of [...reports, await of.verify(of.serve)]) expect(problems).toEqual([]);
  });

  test("of the installation's own is sound too, with ledgers that were created and refused", async () => {
    await of.engine.run('ledger.create', { name: 'second' }, { ledgerId: INSTALLATION_LEDGER });
    for (const name of ['second', 'installation'])
      expect(
        (await of.engine.run('ledger.create', { name }, { ledgerId: INSTALLATION_LEDGER })).body['code'],
      ).toBe('name_taken');
    for (const ledgerId of [INSTALLATION_LEDGER, of.ledger])
      expect((await verifyLedger({ sql: of.serve, linkKey: of.engine.linkKey, ledgerId })).problems).toEqual(
        [],
      );
  });

  test('tells how far it is', async () => {
    const seen: [number, number][] = [];
    const onProgress = (done: number, total: number) => seen.push([done, total]);
    const { events } = await verifyLedger({
      sql: of.serve,
      linkKey: of.engine.linkKey,
      ledgerId: of.ledger,
      onProgress,
    });
    expect(seen.at(-1)).toEqual([events, events]);
  });

  test('an empty ledger is sound', async () => {
    const ledgerId = await of.engine.createLedger('empty');
    const report = await verifyLedger({ sql: of.serve, linkKey: of.engine.linkKey, ledgerId });
    expect(report).toMatchObject({ events: 0, problems: [], currencies: [], head: { number: 0, link: '' } });
  });

  test('with another key no batch and no API key is authentic, and nothing else is wrong', async () => {
    const linkKey = { ...of.engine.linkKey, secret: Buffer.alloc(32) };
    const report = await verifyLedger({ sql: of.serve, linkKey, ledgerId: of.ledger });
    expect(checksOf(report).sort()).toEqual(['api_keys', 'link']);
    const [keys] = await of.admin`select count(*) from bahi.api_key where ledger_id = ${of.ledger}`;
    expect(report.problemCount).toBe(report.batches + Number(keys?.['count']));
  });
});
