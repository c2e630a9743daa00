/**
 * Scheduled transfers that come due at the moment at which an account, a limit or a key that they depend on changes, in two processes:
 * whatever the log takes first holds, and what comes behind it is decided by it.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sweepSchedules } from '../../src/engine/transfers/schedule-sweeper.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { formatMicros } from '../../src/kernel/clock.ts';
import { parseId } from '../../src/kernel/id.ts';
import { codeOf, countsOf, legsOf, TwoProcesses } from '../support/two-processes.ts';

const DAY = 86_400;
let of: TwoProcesses;
beforeAll(async () => {
  of = await TwoProcesses.open();
});
afterAll(() => of.stop());
beforeEach(() => of.begin());

describe('a scheduled transfer that comes due', () => {
  const COUNT = 8;
  const schedule = async (actor = of.bahi.shell): Promise<string[]> => {
    const scheduled_for = formatMicros((Date.now() + DAY * 1000) * 1000);
    const all = await Promise.all(
      Array.from({ length: COUNT }, () =>
        of.by(of.first, 'transfer.create', { legs: legsOf('payer', 'payee', '1.00'), scheduled_for }, actor),
      ),
    );
    await of.run('clock.move', { advance_seconds: DAY + 60 });
    return all.map(({ body }) => String(body['id']));
  };
  const sweep = (engine: Engine) =>
    sweepSchedules({ engine, newRequestId: () => `req_${randomUUID()}`, log: { warn: () => {} } });
  const sweepBoth = () => Promise.all([sweep(of.first), sweep(of.second)]);

  /** What became of each, in the order of the log: the number of the event and the code of the refusal. */
  async function ends(ids: readonly string[]): Promise<readonly (readonly [number, string])[]> {
    const all = await Promise.all(
      ids.map(async (id) => {
        const shown = await of.bahi.read('transfer.get', { id }, of.ledgerId);
        const { transfer, code = 'done' } = shown['executed_as'] as { transfer: string; code?: string };
        expect(shown['status']).toBe(code === 'done' ? 'executed' : 'execution_refused');
        return [parseId('trf', of.ledgerId, transfer) ?? 0, code] as const;
      }),
    );
    return all.sort(([one], [other]) => one - other);
  }
  const newest = async (type: string): Promise<number> => {
    const rows = await of.admin<{ number: string }[]>`select max(number)::text as number from bahi.event
      where ledger_id = ${of.ledgerId} and type = ${type}`;
    return Number(rows[0]?.number);
  };

  const CHANGES = [
    ['its payee is closed', 'payee', { closed: true }, 'account_closed'],
    ['its payer is frozen for debits', 'payer', { debits_frozen: true }, 'debits_frozen'],
    ['its payee is frozen for credits', 'payee', { credits_frozen: true }, 'credits_frozen'],
  ] as const;

  test.each(CHANGES)('behind the moment in which %s is refused', async (_, id, change, code) => {
    const ids = await schedule();
    await of.by(of.second, 'account.update', { id, ...change });
    await sweepBoth();
    expect((await ends(ids)).map(([, end]) => end)).toEqual(ids.map(() => code));
    expect(await of.posted('payee')).toBe('0.00');
  });

  test.each(CHANGES)('as %s goes through before that and not behind it', async (_, id, change, code) => {
    const ids = await schedule();
    const [, changed] = await Promise.all([
      sweepBoth(),
      of.by(of.second, 'account.update', { id, ...change }),
    ]);
    const number = await newest('account.update');
    const all = await ends(ids);
    const isChanged = codeOf(changed) === 'done';
    // A payee that has already received is not closed.
    if (!isChanged) expect(codeOf(changed)).toBe('account_not_empty');
    expect(all.map(([, end]) => end)).toEqual(all.map(([at]) => (isChanged && at > number ? code : 'done')));
    const done = all.filter(([, end]) => end === 'done').length;
    expect(await of.posted('payee')).toBe(`${done}.00`);
    expect(await of.posted('payer')).toBe(`${1000 - done}.00`);
  });

  test('as a limit comes into force counts in it from then on, to the last paisa', async () => {
    const ids = await schedule();
    const limits = [{ name: 'daily', direction: 'outgoing', window: 'day', amount: '3.00' }];
    await Promise.all([sweepBoth(), of.by(of.second, 'account.update', { id: 'payer', limits })]);
    const number = await newest('account.update');
    const all = await ends(ids);
    const before = all.filter(([at]) => at < number).length;
    const room = Math.min(3, COUNT - before);
    expect(all.map(([, end]) => end)).toEqual(
      all.map((_, i) => (i < before + room ? 'done' : 'limit_exceeded')),
    );
    expect(await of.posted('payee')).toBe(`${before + room}.00`);
  });

  test('as others use up its limit is posted or refused, and together they are what the limit allows', async () => {
    const limits = [{ name: 'daily', direction: 'outgoing', window: 'day', amount: '10.00' }];
    await of.run('account.update', { id: 'payer', limits });
    const ids = await schedule();
    const [, answers] = await Promise.all([
      sweepBoth(),
      Promise.all(
        Array.from({ length: COUNT }, (_, i) =>
          of.pay('payer', 'payee', '1.00', {}, i % 2 === 0 ? of.second : of.first),
        ),
      ),
    ]);
    const all = await ends(ids);
    const done = all.filter(([, end]) => end === 'done').length + (countsOf(answers)['done'] ?? 0);
    expect([done, await of.posted('payee')]).toEqual([10, '10.00']);
    for (const end of [...all.map(([, code]) => code), ...answers.map(codeOf)])
      expect(['done', 'limit_exceeded']).toContain(end);
  });

  test('as the key that asked for it is revoked is posted all the same, and the key posts nothing any more', async () => {
    const { body } = await of.run('key.create', {
      client: 'app',
      scopes: ['transfers:write'],
    });
    const name = String(body['id']);
    const actor = { name, client: 'app', apiKey: parseId('key', of.ledgerId, name) ?? 0 };
    const ids = await schedule(actor);
    await Promise.all([sweepBoth(), of.by(of.second, 'key.revoke', { id: name })]);
    expect((await ends(ids)).map(([, end]) => end)).toEqual(ids.map(() => 'done'));
    await expect(
      of.by(of.first, 'transfer.create', { legs: legsOf('payer', 'payee', '1.00') }, actor),
    ).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await of.posted('payee')).toBe(`${COUNT}.00`);
  });
});
