/** Scheduled transfers on PostgreSQL: executed once by several processes, late, after a death; shown; verified. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Posters } from '../../src/engine/posters.ts';
import type { SweeperDeps } from '../../src/engine/sweeper.ts';
import { startScheduleSweeper, sweepSchedules } from '../../src/engine/transfers/schedule-sweeper.ts';
import { formatMicros } from '../../src/kernel/clock.ts';
import { anotherProcess } from '../support/processes.ts';
import { checksOf, openTestLedger, type TestLedger } from '../support/test-ledger.ts';

let of: TestLedger;
let other: Posters;

beforeAll(async () => {
  of = await openTestLedger(5);
  other = anotherProcess(of.engine);
});

afterAll(async () => {
  await other.stop(1000);
  await of.stop();
});

const deps = (engine: SweeperDeps['engine']): SweeperDeps => ({
  engine,
  newRequestId: randomUUID,
  log: { warn: () => {} },
});
const first = (): SweeperDeps => deps(of.engine.engine);
const second = (): SweeperDeps => deps({ posters: other, reads: of.engine.engine.reads });

async function schedule(amount: string, seconds: number): Promise<string> {
  const legs = [{ debit: 'payee', credit: 'till', amount, currency: 'INR' }];
  const scheduled_for = formatMicros((Date.now() + seconds * 1000) * 1000);
  const { body } = await of.engine.run('transfer.create', { legs, scheduled_for });
  expect(body).toMatchObject({ status: 'scheduled', scheduled_for, scheduled_at: expect.any(String) });
  return String(body['id']);
}
const show = async (id: string) => (await of.engine.run('transfer.get', { id })).body;
const untilDue = (count: number) =>
  expect
    .poll(async () => (await of.engine.engine.reads.schedules.due([], 100)).length, { timeout: 10_000 })
    .toBe(count);
const executions = async (ids: readonly string[]): Promise<number> => {
  const [row] = await of.admin`select count(*)::integer as count from bahi.event
    where type = 'transfer.execute' and body like any (${ids.map((id) => `%"schedule":"${id}"%`)})`;
  return Number(row?.['count']);
};

describe('the execution', () => {
  test('happens once, though two processes sweep at once, over and over', async () => {
    const ids = await Promise.all(['1.00', '2.00', '3.00'].map((amount) => schedule(amount, 1)));
    await untilDue(3);
    await Promise.all([first(), second(), first(), second()].map((of) => sweepSchedules(of)));
    for (const id of ids) {
      const shown = await show(id);
      expect(shown).toMatchObject({ status: 'executed', executed_as: { status: 'posted' } });
      const { transfer } = shown['executed_as'] as { transfer: string };
      const posted = await show(transfer);
      expect(posted).toMatchObject({ status: 'posted', schedule: id, scheduled_for: shown['scheduled_for'] });
      expect(String(posted['posted_at']) >= String(posted['scheduled_for'])).toBe(true);
    }
    expect(await executions(ids)).toBe(3);
    expect(await sweepSchedules(second())).toBe(0);
  });

  test('that one process left half done is finished by another, late, and both times are told', async () => {
    const ids = [await schedule('1.00', 1), await schedule('2.00', 1)];
    await untilDue(2);
    // Dead after the first of them: it saw no more.
    const { reads } = of.engine.engine;
    const [one] = await reads.schedules.due([], 1);
    const dying = Object.assign(Object.create(reads), { schedules: { due: async () => [one] } });
    expect(await sweepSchedules(deps({ ...of.engine.engine, reads: dying }))).toBe(1);
    expect((await Promise.all(ids.map(show))).map(({ status }) => status).sort()).toEqual([
      'executed',
      'scheduled',
    ]);
    expect(await sweepSchedules(second())).toBe(1);
    expect((await Promise.all(ids.map(show))).map(({ status }) => status)).toEqual(['executed', 'executed']);
    expect(await executions(ids)).toBe(2);
  });

  test('is refused for ever where the account is closed by then, and says so', async () => {
    await of.engine.run('account.create', { code: 'gone', kind: 'asset', currency: 'INR' });
    const legs = [{ debit: 'payee', credit: 'gone', amount: '1.00', currency: 'INR' }];
    const scheduled_for = formatMicros((Date.now() + 1000) * 1000);
    const { body } = await of.engine.run('transfer.create', { legs, scheduled_for });
    await of.engine.run('account.update', { id: 'gone', closed: true });
    await untilDue(1);
    expect(await sweepSchedules(first())).toBe(1);
    const shown = await show(String(body['id']));
    expect(shown).toMatchObject({
      status: 'execution_refused',
      refused_at: expect.any(String),
      executed_as: { status: 'refused', code: 'account_closed' },
    });
    const listed = await of.engine.list('transfer.list', { status: 'execution_refused' });
    expect(listed.data).toEqual([shown]);
    await of.engine.run('account.update', { id: 'gone', closed: false });
    expect(await sweepSchedules(first())).toBe(0);
  });

  test('and a cancellation that come at the same moment: one of them holds, and the other does nothing', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => schedule('0.01', 1)));
    await untilDue(ids.length);
    const [answers] = await Promise.all([
      Promise.all(ids.map((id) => of.engine.run('transfer.cancel', { id }))),
      sweepSchedules(second()),
      sweepSchedules(first()),
    ]);
    const canceled = answers.filter(({ status }) => status === 200).length;
    for (const [i, { status, body }] of answers.entries()) {
      const shown = await show(String(ids[i]));
      if (status === 200) expect(shown).toMatchObject({ status: 'canceled' });
      else {
        expect([status, body['code']]).toEqual([422, 'schedule_executed']);
        expect(shown).toMatchObject({ status: 'executed', executed_as: { status: 'posted' } });
      }
    }
    expect(await executions(ids)).toBe(ids.length - canceled);
  });

  test('comes by the clock of its ledger: a sandbox ledger is ahead, and the others wait', async () => {
    const ledgerId = await of.engine.createLedger('ahead', true);
    const live = await schedule('1.00', 86_400);
    for (const [code, kind] of [
      ['bank', 'asset'],
      ['payee', 'liability'],
    ])
      await of.engine.run('account.create', { code, kind, currency: 'INR' }, { ledgerId });
    const legs = [{ debit: 'bank', credit: 'payee', amount: '1.00', currency: 'INR' }];
    const scheduled_for = formatMicros((Date.now() + 86_400_000) * 1000);
    const { body } = await of.engine.run('transfer.create', { legs, scheduled_for }, { ledgerId });
    expect(await sweepSchedules(first())).toBe(0);
    await of.engine.run('clock.move', { advance_seconds: 86_401 }, { ledgerId });
    expect(await sweepSchedules(second())).toBe(1);
    const shown = (await of.engine.run('transfer.get', { id: String(body['id']) }, { ledgerId })).body;
    expect(shown).toMatchObject({ status: 'executed', executed_as: { status: 'posted' } });
    expect(String(shown['executed_at']) > String(scheduled_for)).toBe(true);
    expect(await show(live)).toMatchObject({ status: 'scheduled' });
    await of.engine.run('transfer.cancel', { id: live });
  });

  test('is carried out though the key that asked for it is revoked, with the rights of that time', async () => {
    const actor = await of.engine.client('rotated', ['transfers:write', 'transfers:unrestricted']);
    const legs = [{ debit: 'payee', credit: 'till', amount: '1.00', currency: 'INR' }];
    const scheduled_for = formatMicros((Date.now() + 1000) * 1000);
    const { body } = await of.engine.run('transfer.create', { legs, scheduled_for }, { actor });
    await of.engine.run('key.revoke', { id: actor.name });
    await untilDue(1);
    expect(await sweepSchedules(first())).toBe(1);
    expect(await show(String(body['id']))).toMatchObject({
      status: 'executed',
      executed_as: { status: 'posted' },
    });
  });

  test('is made by the sweeper that a server runs, which stops when it is told to', async () => {
    const id = await schedule('1.00', 1);
    const sweeper = startScheduleSweeper(first());
    await expect.poll(async () => (await show(id))['status'], { timeout: 10_000 }).toBe('executed');
    await sweeper.stop();
  });
});

test('schedules are listed by what they are now', async () => {
  const [open, canceled] = [await schedule('1.00', 3600), await schedule('2.00', 3600)];
  const { body } = await of.engine.run('transfer.cancel', { id: canceled });
  expect(body).toMatchObject({ id: canceled, status: 'canceled' });
  const listed = async (status: string) =>
    (await of.engine.list('transfer.list', { status })).data.map(({ id, status: now }) => [id, now]);
  expect(await listed('scheduled')).toEqual([[open, 'scheduled']]);
  expect(await listed('canceled')).toContainEqual([canceled, 'canceled']);
  expect((await listed('executed')).length).toBeGreaterThan(3);
  expect((await listed('posted')).map(([id]) => id)).not.toContain(open);
});

describe('the verifier', () => {
  test('finds a ledger with schedules in every state sound', async () => {
    expect((await of.verify(of.serve)).problems).toEqual([]);
  });

  test.each([
    ['the status', 'status', "'scheduled'", 'schedules'],
    ['the rights', 'unrestricted', 'not unrestricted', 'schedules'],
    ['the time', 'scheduled_for', "scheduled_for + interval '1 day'", 'schedules'],
  ])('finds %s of a version that a superuser changes', async (_, column, value, check) => {
    const report = await of.changed((sql) =>
      sql.unsafe(
        `update schedule set ${column} = ${value} where ledger_id = ${of.ledger} and number > schedule_id`,
      ),
    );
    expect(checksOf(report)).toEqual(expect.arrayContaining([check, 'link']));
  });

  test('finds one that is hidden from the sweeper', async () => {
    const report = await of.changed((sql) => sql`delete from schedule_open where ledger_id = ${of.ledger}`);
    expect(checksOf(report)).toEqual(['open_schedules']);
  });
});
