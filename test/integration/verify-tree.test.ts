/**
 * Every column of the tables of the signed log: what a superuser changes of nodes, checkpoints and keys is found and named, as
 * verify-corruption.test.ts says; and what follows from a change of the log itself.
 */
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type VerifyReport, verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { CAME_IN, type Case, missedChanges, openUnguarded } from '../support/row-changes.ts';
import { openSigner } from '../support/signing.ts';
import { openTestLedger, type TestLedger } from '../support/test-ledger.ts';

const CASES: Readonly<Record<string, Case>> = {
  checkpoint: {
    named: ['checkpoints', 'tree', 'installation'],
    beside: { signed_at: CAME_IN },
    cut: 'the newest checkpoint may go with the nodes that it brought: one that is kept outside shows it',
  },
  log_key: { named: ['checkpoints'], noSwap: true, beside: { created_at: CAME_IN } },
  tree_node: { named: ['tree', 'installation'] },
};

let of: TestLedger;
let session: ReservedSql;

beforeAll(async () => {
  of = await openTestLedger(1);
  const { engine } = of;
  const signer = openSigner(engine);
  for (const payments of [1, 260, 260]) {
    await Promise.all(Array.from({ length: payments }, () => engine.pay('payee', 'till', '0.01')));
    await engine.createLedger(`ledger-${payments}-${Math.floor(Math.random() * 1e9)}`);
    await signer.signing.sign();
  }
  await signer.end();
  session = await openUnguarded(of.admin);
});

afterAll(async () => {
  await session`rollback`;
  session.release();
  await of.stop();
});

async function verifyBoth(): Promise<VerifyReport[]> {
  const reports: VerifyReport[] = [];
  for (const ledgerId of [INSTALLATION_LEDGER, of.ledger])
    reports.push(await verifyLedger({ sql: session, linkKey: of.engine.linkKey, ledgerId }));
  return reports;
}

test('the logs are sound before anything is changed', async () => {
  expect(
    (await verifyBoth()).flatMap(({ problems }) => problems),
    `seed ${of.seed}`,
  ).toEqual([]);
});

describe.each(Object.entries(CASES))('%s', (table, case_) => {
  test('each change of a row is found and named', async () => {
    expect(await missedChanges(session, table, case_, verifyBoth), `seed ${of.seed}`).toEqual([]);
  }, 120_000);
});

/** What verify says of the ledger after a change, which is taken back. */
async function problemsAfter(change: () => Promise<unknown>): Promise<VerifyReport['problems']> {
  await session`savepoint sound`;
  try {
    await change();
    return (await verifyBoth()).flatMap(({ problems }) => problems);
  } finally {
    await session`rollback to savepoint sound`;
  }
}

test('a leaf that was changed fails every checkpoint behind it, and the node above it', async () => {
  const problems = await problemsAfter(
    () =>
      session`update event set leaf_hash = sha256(leaf_hash) where ledger_id = ${of.ledger} and number = 7`,
  );
  expect(problems.map(({ check }) => check).sort()).toEqual([
    'checkpoints',
    'checkpoints',
    'checkpoints',
    'leaf',
    'tree',
  ]);
  expect(problems.find(({ check }) => check === 'tree')).toMatchObject({ number: 256 });
});

test('a checkpoint that none of our keys signed is told from one that does not fit', async () => {
  const problems = await problemsAfter(
    () =>
      session`update checkpoint set note = split_part(note, E'\\n\\n', 1) || E'\\n\\n— somebody AAAAAAAA\\n'
        where ledger_id = ${of.ledger} and previous_size = 0`,
  );
  expect(problems).toEqual([
    expect.objectContaining({ check: 'checkpoints', found: 'no valid signature by one of them' }),
  ]);
});
