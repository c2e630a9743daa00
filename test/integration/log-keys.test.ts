/** Keys of the logs change while verifiers follow, and the installation's log vouches for the ledgers' checkpoints. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { checkCheckpoint } from '../../src/engine/audit/check-files.ts';
import { recordCheckpoints } from '../../src/engine/audit/recorder.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { FailureError } from '../../src/kernel/failure.ts';
import { formatLedgerId, INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { openSigner, type TestSigner } from '../support/signing.ts';

let engine: TestEngine;
let signer: TestSigner;
let admin: Sql;

beforeAll(async () => {
  engine = await openTestEngine();
  admin = testPool(engine.database.admin, 1);
  signer = openSigner(engine);
  for (const code of ['till', 'payee'])
    await engine.run('account.create', { code, kind: 'asset', currency: 'INR' });
});
afterAll(async () => {
  await signer.end();
  await admin.end({ timeout: 5 });
  await engine.stop();
});

const INSTALLATION = INSTALLATION_LEDGER;
const noteAfterPayment = async (): Promise<string> => {
  await engine.pay('payee', 'till', '1');
  await signer.signing.sign();
  return signer.published.get(engine.ledgerId) ?? '';
};
const opens = async (note: string, at: number, ledgerId = engine.ledgerId): Promise<boolean> =>
  checkCheckpoint(note, await signer.keyOf(ledgerId, at)).ok;
const eventsOf = async (type: string) => {
  const rows = await admin<{ number: string; body: string }[]>`
    select number, body from bahi.event where ledger_id = 0 and type = ${type} order by number`;
  return rows.map(({ number, body }) => ({ ...JSON.parse(body), number: Number(number) }));
};
const problems = async () => {
  const reports = [INSTALLATION, engine.ledgerId].map((ledgerId) =>
    verifyLedger({ sql: admin, linkKey: engine.linkKey, ledgerId }),
  );
  return (await Promise.all(reports)).flatMap((report) => report.problems);
};

test('while one key follows another, both sign: the older vouches for the event that names the next', async () => {
  const before = await noteAfterPayment();
  expect(await opens(before, 0)).toBe(true);
  expect(await signer.rotate()).toBe(true);
  const [rotation] = await eventsOf('log_key.rotate');
  const [older, newer] = await signer.store.keys();
  expect(rotation?.data).toEqual({
    from: older?.publicKey.toString('base64'),
    to: newer?.publicKey.toString('base64'),
  });
  const during = await noteAfterPayment();
  expect([await opens(during, 0), await opens(during, 1)]).toEqual([true, true]);
  expect(await opens(before, 1)).toBe(false);
  const installation = signer.published.get(INSTALLATION) ?? '';
  expect(Number(installation.split('\n')[1])).toBeGreaterThanOrEqual(rotation?.number);
  expect(await opens(installation, 0, INSTALLATION)).toBe(true);
  const both = `${await signer.keyOf(engine.ledgerId, 0)}\n${await signer.keyOf(engine.ledgerId, 1)}\n`;
  expect([checkCheckpoint(before, both).ok, checkCheckpoint(during, both).ok]).toEqual([true, true]);
  expect(await problems()).toEqual([]);
});

test('a key that is retired signs no more, what it signed still holds, and the last one stays', async () => {
  const during = await noteAfterPayment();
  expect(await signer.store.retireKey(1)).toBe(true);
  const after = await noteAfterPayment();
  expect([await opens(after, 0), await opens(after, 1)]).toEqual([false, true]);
  expect(await opens(during, 0)).toBe(true);
  expect(checkCheckpoint(after, await signer.keyOf(engine.ledgerId, 0))).toMatchObject({
    ok: false,
    error: expect.stringMatching(/no signature by/),
  });
  expect(await signer.store.retireKey(2)).toBe(false);
  expect(await signer.signers()).toHaveLength(1);
  expect(await problems()).toEqual([]);
});

test('the newest checkpoint of each ledger becomes an event of the installation, once', async () => {
  const deps = {
    engine: engine.engine,
    newRequestId: () => 'req_record',
    log: { warn: () => {} },
    signing: signer.signing,
  };
  await noteAfterPayment();
  const note = await noteAfterPayment();
  await recordCheckpoints(deps);
  await recordCheckpoints(deps);
  const [, size, root] = note.split('\n');
  const recorded = await eventsOf('log.checkpoint');
  expect(recorded.map(({ data }) => data)).toEqual([{ ledger: formatLedgerId(engine.ledgerId), size, root }]);
  // Another signer finds the same to record, and records nothing new.
  await signer.signing.sign();
  await signer.end();
  signer = openSigner(engine);
  await expect.poll(() => signer.signing.sign()).toBe(true);
  await recordCheckpoints({ ...deps, signing: signer.signing });
  expect(await eventsOf('log.checkpoint')).toHaveLength(1);
  const covering = signer.published.get(INSTALLATION) ?? '';
  expect(Number(covering.split('\n')[1])).toBeGreaterThanOrEqual(recorded[0]?.number);
  expect(await problems()).toEqual([]);
});

test('what could not be recorded is recorded the next time', async () => {
  await noteAfterPayment();
  const base = { newRequestId: () => 'req_record', log: { warn: () => {} }, signing: signer.signing };
  const refusing = {
    submit: () => {
      throw new FailureError('overloaded');
    },
  } as unknown as TestEngine['engine']['posters'];
  await expect(recordCheckpoints({ ...base, engine: { posters: refusing } })).rejects.toThrow();
  const before = (await eventsOf('log.checkpoint')).length;
  await recordCheckpoints({ ...base, engine: engine.engine });
  expect(await eventsOf('log.checkpoint')).toHaveLength(before + 1);
});
