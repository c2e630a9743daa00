/**
 * Every table, every column: what a superuser changes past the engine is found and named by `verify`.
 *
 * Tables and columns come from the catalog, so a new one is tried without a line here. Each table says under which checks
 * its rows are found (CASES): a table without that fails, and so does a table of which the ledger below has no rows. With
 * constraints dropped and triggers off, at the first, a middle and the last row of each table, one at a time:
 *   change   each column gets another value of its type
 *   delete   the row goes
 *   insert   a copy comes in, one for each column of the key, far behind the row and far before it
 *   swap     two rows trade all that is not their key
 */
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { carryNext } from '../../src/engine/periods/carrier.ts';
import { type VerifyReport, verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { formatMicros } from '../../src/kernel/clock.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { shellActor } from '../../src/shell-actor.ts';
import { enrolFactors } from '../support/factors.ts';
import { enrolDirectly } from '../support/operators.ts';
import { CAME_IN, type Case, missedChanges, openUnguarded } from '../support/row-changes.ts';
import { openSigner } from '../support/signing.ts';
import { openTestLedger, type TestLedger } from '../support/test-ledger.ts';

const CASES: Readonly<Record<string, Case>> = {
  account: { named: ['accounts', 'installation'] },
  account_setting: { named: ['settings', 'installation'] },
  api_key: { named: ['api_keys', 'installation'] },
  api_key_mac: { named: ['api_keys', 'installation'] },
  api_key_rotation: { named: ['rotations', 'installation'] },
  api_key_revocation: { named: ['revocations', 'installation'] },
  batch: { named: ['order', 'time', 'link', 'touched', 'installation'] },
  entry_effective: { named: ['effective', 'installation'] },
  carried_balance: { named: ['event', 'carried', 'installation'] },
  entry: { named: ['entries', 'installation'] },
  event: { named: ['event', 'leaf', 'body', 'order', 'time', 'keys', 'installation'] },
  hold: { named: ['holds', 'installation'] },
  hold_open: { named: ['open_holds', 'installation'] },
  installation: {
    named: ['installation'],
    noSwap: true,
    beside: { created_at: CAME_IN, one: 'there is one row' },
  },
  ledger: { named: ['ledgers', 'installation'], beside: { created_at: CAME_IN } },
  limit_mark: { named: ['limit_marks', 'installation'] },
  pool: { named: ['pools', 'installation'] },
  pool_total: { named: ['pool_totals', 'installation'] },
  link_key: { named: ['installation'], noSwap: true, beside: { created_at: CAME_IN } },
  period: { named: ['periods', 'installation'] },
  period_progress: { named: ['periods', 'installation'] },
  sandbox_clock: { named: ['clock', 'installation'] },
  reversal: { named: ['reversals', 'installation'] },
  schedule: { named: ['schedules', 'installation'] },
  schedule_open: { named: ['open_schedules', 'installation'] },
  operator: { named: ['operators', 'installation'] },
  customer: { named: ['factors', 'installation'] },
  approval_policy: { named: ['four_eyes', 'installation'] },
  proposal: { named: ['four_eyes', 'installation'] },
  proposal_decision: { named: ['four_eyes', 'installation'] },
  sealed_secret: { named: ['secrets'] },
  transfer_search: { named: ['search', 'installation'], noSwap: true },
};

/** Tables of the migrator, which holds them against the files at every start (migrate.test.ts). */
const OF_THE_MIGRATOR = ['function_set', 'migration'];
/**
 * Tables that no event makes and that moves no money: a false row tells a wrong time, lets in too many or too few requests, or
 * keeps a session from its idle timeout, not from its end; or a key does not unwrap, and nothing starts; or posting stops; or a
 * key of ours signs checkpoints that another one signs as well.
 */
const BESIDE_THE_LOG = [
  'api_key_use',
  'data_key',
  'log_alarm',
  'log_key_retirement',
  'operator_session_use',
  'rate_bucket',
];
/** Of a log with some hundred events: verify-tree.test.ts. */
const OF_THE_TREE = ['checkpoint', 'log_key', 'tree_node'];

let of: TestLedger;
let session: ReservedSql;
let ledgers: number[];

beforeAll(async () => {
  of = await openTestLedger(12);
  const { engine } = of;
  // Before the holds, so that what they give back is kept.
  const daily = { name: 'daily', direction: 'outgoing', window: 'day', amount: '1000' };
  for (const id of ['payee', 'till']) await engine.run('account.update', { id, limits: [daily] });
  for (const [i, name] of ['first-pool', 'second-pool'].entries())
    await engine.run('pool.create', {
      name,
      currency: 'INR',
      accounts: ['payee', 'till'].slice(0, i + 1),
      limits: [daily],
    });
  await engine.run('pool.update', { id: 'second-pool', remove: ['till'], limits: [] });
  const hold = async (amount: string): Promise<string> => {
    const { body } = await engine.pay('payee', 'till', amount, {
      hold: { expires_in_seconds: 900 + Number(amount) },
    });
    return String(body['id']);
  };
  const [, , captured, voided] = [await hold('1'), await hold('2'), await hold('3'), await hold('4')];
  await engine.run('transfer.capture', { id: captured, amount: '1' });
  await engine.run('transfer.void', { id: voided });
  const { body } = await engine.pay('payee', 'till', '10');
  for (const amount of ['1', '2']) await engine.run('transfer.reverse', { id: body['id'], amount });
  for (const day of ['01', '02'])
    await engine.pay('payee', 'till', `1.${day}`, { effective_at: `2026-01-${day}T00:00:00Z` });
  for (const [i, client] of ['fourth', 'fifth'].entries()) {
    const { name: id } = await engine.client(client, ['transfers:read']);
    await engine.run('key.rotate', { id, overlap_seconds: 60 * i, networks: ['192.0.2.0/24'], rate: '10/s' });
  }
  for (const days of [1, 2, 3])
    await engine.pay('payee', 'till', '1', {
      scheduled_for: formatMicros((Date.now() + days * 86_400_000) * 1000),
    });
  const toCancel = await engine.pay('payee', 'till', '1', {
    scheduled_for: formatMicros((Date.now() + 4 * 86_400_000) * 1000),
  });
  await engine.run('transfer.cancel', { id: String(toCancel.body['id']) });
  for (const closed_until of ['2026-01-01T12:00:00Z', '2026-02-01T00:00:00Z']) {
    await engine.run('period.close', { closed_until });
    const deps = { engine: engine.engine, newRequestId: () => 'req_carry' };
    while ((await carryNext(deps, engine.ledgerId, 10)) !== undefined);
  }
  await engine.run('key.revoke', { id: (await engine.client('third', ['transfers:read'])).name });
  const sandbox = await engine.createLedger('second', true);
  for (const advance_seconds of [60, 3600])
    await engine.run('clock.move', { advance_seconds }, { ledgerId: sandbox });
  for (const name of ['asha', 'binod', 'chitra']) await enrolDirectly(engine, name);
  for (let i = 0; i < 2; i++) await enrolFactors(engine);
  for (const rules of [[], [{ action: 'transfer', above: '1', currency: 'INR' }, { action: 'unfreeze' }]])
    await engine.run('policy.set', { rules });
  for (const amount of ['3', '4', '5']) {
    const { body } = await engine.pay('payee', 'till', amount);
    const { id, hash } = body;
    const actor = shellActor('second');
    if (amount === '3') await engine.run('proposal.reject', { id }, { actor });
    if (amount === '4') await engine.run('proposal.approve', { id, hash }, { actor });
  }
  ledgers = [
    INSTALLATION_LEDGER,
    ...(await engine.engine.reads.listLedgers()).map(({ ledger_id }) => ledger_id),
  ];

  // The signer checks every kind of row as well, by the links.
  const signer = openSigner(engine);
  await signer.signing.sign();
  await signer.end();
  expect(signer.complaints).toEqual([]);
  session = await openUnguarded(of.admin);
});

afterAll(async () => {
  await session`rollback`;
  session.release();
  await of.stop();
});

async function verifyAll(): Promise<VerifyReport[]> {
  const reports: VerifyReport[] = [];
  for (const ledgerId of ledgers)
    reports.push(await verifyLedger({ sql: session, linkKey: of.engine.linkKey, ledgerId }));
  return reports;
}

test('every table of the schema says under which checks its rows are found', async () => {
  const rows = await session`select c.relname as name from pg_class c
    where c.relnamespace = 'bahi'::regnamespace and c.relkind in ('r', 'p') order by c.relname`;
  expect([...Object.keys(CASES), ...OF_THE_MIGRATOR, ...BESIDE_THE_LOG, ...OF_THE_TREE].sort()).toEqual(
    rows.map((row) => row['name']),
  );
});

test('the ledgers are sound before anything is changed, without their constraints as well', async () => {
  expect(
    (await verifyAll()).flatMap(({ problems }) => problems),
    `seed ${of.seed}`,
  ).toEqual([]);
});

describe.each(Object.entries(CASES))('%s', (table, case_) => {
  test('each change of a row is found and named', async () => {
    const missed = await missedChanges(session, table, case_, verifyAll);
    expect(missed, `seed ${of.seed}`).toEqual([]);
  }, 120_000);
});
