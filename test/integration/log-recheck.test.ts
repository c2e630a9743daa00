/** What the signer re-verifies before it signs, how posting stops and goes on, and databases that are older than a checkpoint. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkpointText, logOrigin, signedNote } from '../../src/audit/log-note.ts';
import type { Sql } from '../../src/db/connect.ts';
import { requireNewestCopy } from '../../src/engine/audit/job.ts';
import { LogWatch } from '../../src/engine/audit/log-watch.ts';
import { AuditStore } from '../../src/engine/audit/store.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { defined } from '../../src/kernel/assert.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { checkpointFiles } from '../../src/platform/checkpoint-files.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { openSigner, type TestSigner } from '../support/signing.ts';
import { runWorkload } from '../support/workload.ts';

let engine: TestEngine;
let signer: TestSigner;
let admin: Sql;
let folder: string;

beforeAll(async () => {
  engine = await openTestEngine();
  admin = testPool(engine.database.admin, 1);
  folder = await mkdtemp(join(tmpdir(), 'bahi-recheck-'));
  for (const code of ['till', 'payee'])
    await engine.run('account.create', { code, kind: 'asset', currency: 'INR' });
});
afterAll(async () => {
  await admin.end({ timeout: 5 });
  await engine.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  signer = openSigner(engine);
});
afterEach(async () => {
  await signer.signing.sign();
  await signer.end();
});

const pay = (more = {}) => engine.pay('payee', 'till', '1', more);
const store = () => new AuditStore(admin);
const alarmOf = async (ledgerId = engine.ledgerId): Promise<string | null | undefined> =>
  (await store().status(true)).find((status) => status.ledgerId === ledgerId)?.alarm;
const newest = async () => (await store().newest(engine.ledgerId))?.size ?? 0;

test('whatever commands there were, the signer finds their batches as they were appended', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const other = await openTestEngine();
  const theirs = openSigner(other);
  try {
    await runWorkload(other, seed, 12);
    for (const code of ['from', 'to'])
      await other.run('account.create', { code, kind: 'asset', currency: 'INR' });
    const { body } = await other.pay('from', 'to', '10', {
      reference: 'invoice-7',
      metadata: { shop: 'a7', aisle: '12' },
    });
    await other.run('transfer.reverse', { id: body['id'], amount: '1', reference: 'back' });
    await other.run('transfer.adjust', {
      legs: [{ debit: 'from', credit: 'to', amount: '1', currency: 'INR' }],
      reason: 'posted-twice',
    });
    await other.run('transfer.reverse', { id: body['id'], amount: '100', reference: 'too-much' });
    await theirs.signing.sign();
    expect(theirs.complaints, `seed ${seed}`).toEqual([]);
    const statuses = await theirs.store.status(true);
    expect(statuses.length).toBeGreaterThan(1);
    for (const { events, signed } of statuses) expect(signed).toBe(events);
  } finally {
    await theirs.end();
    await other.stop();
  }
});

/** One change past the triggers at the newest transfer, what the signer says, and the change taken back. */
async function alarmAfter(change: string, undo: string): Promise<string | null | undefined> {
  await signer.signing.sign();
  const signed = await newest();
  const { body } = await pay();
  const event = Number(body['event_number']);
  const run = (text: string) =>
    admin.unsafe(
      `begin; set local session_replication_role = replica; set local search_path = bahi;
       ${text.replaceAll('$L', String(engine.ledgerId)).replaceAll('$E', String(event))}; commit`,
    );
  await run(change);
  await signer.signing.sign();
  const alarm = await alarmOf();
  expect(await newest()).toBe(signed);
  await run(undo);
  await signer.signing.sign();
  expect(await newest()).toBe(event);
  expect(await alarmOf()).toBeNull();
  return alarm;
}

describe('the signer signs no batch', () => {
  const OF_EVENT = 'where ledger_id = $L and number = $E';
  const OF_ENTRY = 'where ledger_id = $L and position >> 8 = $E and amount > 0';

  test('with a body that is not that of its leaf', async () => {
    const quote = (text: string, other: string) =>
      `update event set body = replace(body, '"${text}"', '"${other}"') ${OF_EVENT}`;
    expect(await alarmAfter(quote('1.00', '9.00'), quote('9.00', '1.00'))).toMatch(/a leaf of the batch/);
  });

  test('whose rows its link does not cover', async () => {
    const code = (value: string) => `update event set code = ${value} ${OF_EVENT}`;
    expect(await alarmAfter(code("'forged'"), code('null'))).toMatch(
      /the link of the batch of events \d+ to \d+ is not the one that its rows give/,
    );
    const credits = (by: number) => `update entry set credits = credits + ${by} ${OF_ENTRY}`;
    expect(await alarmAfter(credits(1), credits(-1))).toMatch(/the link of/);
  });

  test('that lacks an event', async () => {
    expect(
      await alarmAfter(
        `create table bahi_kept as select * from event ${OF_EVENT}; delete from event ${OF_EVENT}`,
        'insert into event select * from bahi_kept; drop table bahi_kept',
      ),
    ).toMatch(/has 0 events and stands behind event/);
  });
});

describe('where there is more than can be checked', () => {
  test('a share is, and every number has its leaf all the same', async () => {
    await signer.signing.sign();
    await signer.end();
    signer = openSigner(engine, {}, 0);
    const { body } = await pay();
    const number = Number(body['event_number']);
    const run = (text: string) =>
      admin.unsafe(`begin; set local session_replication_role = replica; ${text}; commit`);
    const where = `where ledger_id = ${engine.ledgerId} and number = ${number}`;
    await run(`create table bahi_kept as select * from bahi.event ${where}; delete from bahi.event ${where}`);
    await expect.poll(() => signer.signing.sign()).toBe(true);
    expect(await alarmOf()).toBe(`of the events ${number} to ${number} there are 0`);
    await run('insert into bahi.event select * from bahi_kept; drop table bahi_kept');
    // Not checked: a column that no leaf covers.
    await run(`update bahi.event set code = 'forged' ${where}`);
    await signer.signing.sign();
    expect(await newest()).toBe(number);
    expect(await alarmOf()).toBeNull();
    await run(`update bahi.event set code = null ${where}`);
  });
});

describe('posting', () => {
  const watchOf = (lagMaxSeconds: number, told: Record<string, unknown>[] = []) => {
    const tell = (fields: object, message: string): void => {
      told.push({ ...fields, message });
    };
    return new LogWatch({
      engine: engine.engine,
      store: store(),
      lagMaxSeconds,
      log: { warn: tell, fatal: tell },
    });
  };
  afterEach(() => engine.engine.posters.haltUnsigned(new Map()));

  test('stops under an alarm, in that ledger alone, and goes on once it is gone', async () => {
    const told: Record<string, unknown>[] = [];
    const watch = watchOf(60, told);
    await signer.signing.sign();
    await store().setAlarm(engine.ledgerId, 'the link of the batch is another one');
    await watch.look();
    await expect(pay()).rejects.toMatchObject({ code: 'ledger_halted' });
    expect(engine.engine.posters.halted).toEqual([
      { ledgerId: engine.ledgerId, why: 'the link of the batch is another one' },
    ]);
    await engine.createLedger('not-halted');
    await store().setAlarm(engine.ledgerId, null);
    await watch.look();
    expect((await pay()).status).toBe(201);
    expect(told.map(({ message }) => message)).toEqual([
      'posting stopped: the log is not signed; see bahi status',
      'posting goes on: the log is signed',
    ]);
  });

  test('stops when the log lags behind, and goes on when it was signed', async () => {
    await signer.signing.sign();
    await pay();
    await watchOf(60).look();
    await pay();
    const strict = watchOf(0);
    await strict.look();
    await expect(pay()).rejects.toMatchObject({ code: 'ledger_halted' });
    expect(engine.engine.posters.halted[0]?.why).toMatch(/oldest event without a checkpoint is \d+ s old/);
    await signer.signing.sign();
    await strict.look();
    expect((await pay()).status).toBe(201);
  });

  test('goes on in a log that was never signed', async () => {
    const ledgerId = await engine.createLedger('never-signed');
    await engine.run('account.create', { code: 'x', kind: 'asset', currency: 'INR' }, { ledgerId });
    const [unsigned] = (await store().status(true)).filter((status) => status.ledgerId === ledgerId);
    expect(unsigned).toMatchObject({ signed: 0, signedAt: null, lagMicros: 0, alarm: null });
  });
});

describe('a database that is older than a checkpoint outside', () => {
  const deps = () => ({ linkKey: engine.linkKey, checkpointDir: folder });
  const files = () => checkpointFiles(folder, engine.linkKey.installation);

  /** The signer of these tests keeps its notes in the folder. */
  beforeEach(async () => {
    await signer.end();
    signer = openSigner(engine, files());
    await expect.poll(() => signer.signing.sign()).toBe(true);
  });

  test('is not served, names what to do, and its signer neither signs nor replaces the checkpoint', async () => {
    await requireNewestCopy(store(), deps());
    const kept = defined(await files().read(engine.ledgerId), 'a note').note;
    const size = await newest();
    const origin = kept.split('\n')[0] ?? '';
    const later = signedNote(
      checkpointText(origin, size + 1, Buffer.alloc(32, 7)),
      origin,
      await signer.signers(),
    );
    await files().publish(engine.ledgerId, later);
    const served = requireNewestCopy(store(), deps());
    await expect(served).rejects.toThrow(
      new RegExp(
        `ends at event ${size}, and the checkpoint in .*\\.checkpoint covers ${size + 1}: this database is an older copy`,
      ),
    );
    await expect(served).rejects.toThrow(/Nothing is posted. Bring the database back that has these events/);
    await signer.end();
    signer = openSigner(engine, files());
    await expect.poll(() => signer.signing.sign()).toBe(true);
    expect(await alarmOf()).toMatch(/older copy .* Nothing is posted/);
    expect((await files().read(engine.ledgerId))?.note).toBe(later);
    await pay();
    await signer.signing.sign();
    // It has as many events now, and they are others.
    expect(await alarmOf()).toMatch(/the history is another one/);
    expect((await files().read(engine.ledgerId))?.note).toBe(later);
    await files().publish(engine.ledgerId, kept);
    await signer.signing.sign();
    expect(await alarmOf()).toBeNull();
    expect(await newest()).toBe(size + 1);
  });

  test('and one with another history under the same numbers is found by its root', async () => {
    expect(await files().read(INSTALLATION_LEDGER)).toBeDefined();
    await admin`alter table bahi.event disable trigger user`;
    const flip = () =>
      admin`update bahi.event set leaf_hash = set_byte(leaf_hash, 0, 255 - get_byte(leaf_hash, 0))
        where ledger_id = 0 and number = 1`;
    await flip();
    await expect(requireNewestCopy(store(), deps())).rejects.toThrow(/the history is another one/);
    await flip();
    await admin`alter table bahi.event enable trigger user`;
    await requireNewestCopy(store(), deps());
  });

  test('and a note by an unknown key, of another log, or of a ledger that is not there is refused in its own words', async () => {
    const refused = async (ledgerId: number, note: string): Promise<string> => {
      const own = await files().read(ledgerId);
      await files().publish(ledgerId, note);
      const said = await requireNewestCopy(store(), deps()).then(
        () => 'served',
        ({ message }: Error) => message,
      );
      await files().publish(ledgerId, own?.note ?? '');
      return said;
    };
    expect(await refused(INSTALLATION_LEDGER, 'no note at all')).toMatch(
      /holds no note that a key of this database/,
    );
    const ofLedger = defined(await files().read(engine.ledgerId), 'a note').note;
    expect(await refused(INSTALLATION_LEDGER, ofLedger)).toMatch(/holds no note that a key of this database/);
    const own = logOrigin(engine.linkKey.installation, INSTALLATION_LEDGER);
    const named = signedNote(ofLedger.slice(0, ofLedger.indexOf('\n\n') + 1), own, await signer.signers());
    expect(await refused(INSTALLATION_LEDGER, named)).toMatch(/holds no checkpoint of ldg_0000000/);
    await requireNewestCopy(store(), deps());
    const unknown = logOrigin(engine.linkKey.installation, 77);
    await files().publish(
      77,
      signedNote(checkpointText(unknown, 3, Buffer.alloc(32)), unknown, await signer.signers()),
    );
    await expect(requireNewestCopy(store(), deps())).rejects.toThrow(
      /The log of ldg_000002d is not there, and/,
    );
  });
});

test('the ledgers are sound after all of it', async () => {
  const { problems } = await verifyLedger({ sql: admin, linkKey: engine.linkKey, ledgerId: engine.ledgerId });
  expect(problems).toEqual([]);
});
