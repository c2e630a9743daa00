/** The signer against a database: what it signs, that there is one, and what it refuses to sign. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { consistencyFlaw, inclusionFlaw } from '../../src/audit/merkle.ts';
import type { Sql } from '../../src/db/connect.ts';
import { checkCheckpoint } from '../../src/engine/audit/check-files.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { checkpointFiles } from '../../src/platform/checkpoint-files.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';
import { openSigner, type TestSigner } from '../support/signing.ts';

let test_: TestEngine;
let signer: TestSigner;
let admin: Sql;

beforeAll(async () => {
  test_ = await openTestEngine();
  admin = testPool(test_.database.admin, 1);
  for (const code of ['till', 'payee'])
    await test_.run('account.create', { code, kind: 'asset', currency: 'INR' });
});
afterAll(async () => {
  await admin.end({ timeout: 5 });
  await test_.stop();
});
beforeEach(() => {
  signer = openSigner(test_);
});
afterEach(() => signer.end());

const pay = async (count: number): Promise<void> => {
  await Promise.all(Array.from({ length: count }, () => test_.pay('payee', 'till', '1')));
};

const head = async (ledgerId = test_.ledgerId): Promise<number> => {
  const [row] = await admin<{ head: string }[]>`
    select coalesce(max(number), 0) as head from bahi.event where ledger_id = ${ledgerId}`;
  return Number(row?.head);
};

const bytes = (text: unknown): Buffer => Buffer.from(String(text), 'base64');
const proofOf = (body: Body): Buffer[] => (body['proof'] as string[]).map(bytes);

/** Past the triggers, and taken back afterwards. */
async function tampered(change: (sql: Sql) => Promise<unknown>, then: () => Promise<void>): Promise<void> {
  await admin`alter table bahi.event disable trigger user`;
  try {
    await change(admin);
    await then();
  } finally {
    await admin`alter table bahi.event enable trigger user`;
  }
}

describe('the signer', () => {
  test('signs each log up to its newest event, and again only once it has grown', async () => {
    await pay(3);
    expect(await signer.signing.sign()).toBe(true);
    for (const ledgerId of [test_.ledgerId, INSTALLATION_LEDGER]) {
      const note = signer.published.get(ledgerId) ?? '';
      const checked = checkCheckpoint(note, await signer.keyOf(ledgerId));
      expect(checked).toMatchObject({ ok: true, value: { size: String(await head(ledgerId)) } });
    }
    signer.published.clear();
    await signer.signing.sign();
    expect(signer.published.size).toBe(0);
    await pay(1);
    await signer.signing.sign();
    expect([...signer.published.keys()]).toEqual([test_.ledgerId]);
    expect(signer.complaints).toEqual([]);
  });

  test('grows the tree across tiles, whoever goes on, and verify finds it sound', async () => {
    for (const count of [200, 100, 300, 1]) {
      await pay(count);
      const next = openSigner(test_);
      try {
        expect(await next.signing.sign()).toBe(true);
      } finally {
        await next.end();
      }
    }
    const [row] = await admin<{ nodes: string }[]>`
      select count(*) as nodes from bahi.tree_node where ledger_id = ${test_.ledgerId}`;
    expect(Number(row?.nodes)).toBe(Math.floor((await head()) / 256));
    for (const ledgerId of [test_.ledgerId, INSTALLATION_LEDGER]) {
      const report = await verifyLedger({ sql: admin, linkKey: test_.linkKey, ledgerId });
      expect(report.problems).toEqual([]);
    }
  });

  test('is one, of any number of processes, until its session ends', async () => {
    const other = openSigner(test_);
    try {
      expect(await signer.signing.sign()).toBe(true);
      await pay(1);
      expect(await other.signing.sign()).toBe(false);
      expect(other.published.size).toBe(0);
      await signer.end();
      await expect.poll(() => other.signing.sign()).toBe(true);
      const note = other.published.get(test_.ledgerId) ?? '';
      expect(note.split('\n')[1]).toBe(String(await head()));
    } finally {
      await other.end();
    }
  });

  test('publishes what one before it signed and did not come to publish', async () => {
    await pay(1);
    await signer.signing.sign();
    await signer.end();
    const next = openSigner(test_);
    try {
      await expect.poll(() => next.signing.sign()).toBe(true);
      expect(next.published.get(test_.ledgerId)).toBe(signer.published.get(test_.ledgerId));
    } finally {
      await next.end();
    }
  });

  test('keeps a note that could not be written, and writes it with the next look', async () => {
    const failing = { fails: true, notes: new Map<number, string>() };
    const careful = openSigner(test_, {
      publish: async (ledgerId, note) => {
        if (failing.fails) throw new Error('no room');
        failing.notes.set(ledgerId, note);
      },
    });
    try {
      await pay(1);
      await careful.signing.sign();
      expect(careful.complaints).toContainEqual(
        expect.objectContaining({ message: 'a checkpoint could not be kept outside' }),
      );
      failing.fails = false;
      await careful.signing.sign();
      expect(failing.notes.get(test_.ledgerId)?.split('\n')[1]).toBe(String(await head()));
    } finally {
      await careful.end();
    }
  });

  test('signs no log whose signed events have changed, and goes on with the others', async () => {
    await pay(2);
    await signer.signing.sign();
    const before = await head();
    const ledgerId = await test_.createLedger('beside');
    await pay(1);
    const next = openSigner(test_);
    await signer.end();
    try {
      await tampered(
        (sql) =>
          sql`update bahi.event set leaf_hash = sha256(leaf_hash) where ledger_id = ${test_.ledgerId} and number = ${before}`,
        async () => {
          await expect.poll(() => next.signing.sign()).toBe(true);
          expect(next.complaints).toContainEqual(
            expect.objectContaining({
              ledger: test_.ledgerId,
              why: expect.stringMatching(/no longer have the root/),
            }),
          );
          expect((await next.store.newest(test_.ledgerId))?.size).toBe(before);
          expect((await next.store.newest(INSTALLATION_LEDGER))?.size).toBe(await head(INSTALLATION_LEDGER));
          expect(ledgerId).toBeGreaterThan(0);
          await admin`update bahi.event e set leaf_hash = sha256('\\x00'::bytea || convert_to(e.body, 'UTF8'))
            where e.ledger_id = ${test_.ledgerId} and e.number = ${before}`;
        },
      );
      await next.signing.sign();
      expect((await next.store.newest(test_.ledgerId))?.size).toBe(await head());
    } finally {
      await next.end();
    }
  });
});

describe('the database', () => {
  const forged = async (change: Partial<Parameters<TestSigner['store']['append']>[0]>) => {
    const newest = await signer.store.newest(test_.ledgerId);
    return signer.store.append({
      ledgerId: test_.ledgerId,
      previousSize: newest?.size ?? 0,
      size: await head(),
      root: Buffer.alloc(32, 1),
      note: 'forged',
      nodes: [],
      ...change,
    });
  };

  test('takes no checkpoint from a session that is not the signer', async () => {
    await pay(1);
    expect(await forged({})).toBe('lock');
  });

  test('takes no second root for a size, and none behind another checkpoint or within a batch', async () => {
    await signer.signing.sign();
    const size = await head();
    expect(await forged({ previousSize: size - 1, size })).toBe('size');
    expect(await forged({ previousSize: size, size })).toBe('size');
    expect(await forged({ previousSize: size, size: size + 1 })).toBe('size');
    await pay(1);
    expect(await forged({ previousSize: size - 1 })).toBe('size');
    expect((await signer.store.newest(test_.ledgerId))?.size).toBe(size);
  });

  test('a key that somebody wrote into the database signs nothing', async () => {
    const other = await openTestEngine();
    const theirs = openSigner(other);
    const owner = testPool(other.database.admin, 1);
    try {
      await owner`insert into bahi.log_key (key_number, public_key, sealed, mac)
        values (1, sha256('a'), sha256('b'), sha256('c'))`;
      await expect(theirs.signing.sign()).rejects.toThrow(/key 1 of the logs was written or changed/);
      expect(await theirs.store.newest(INSTALLATION_LEDGER)).toBeUndefined();
    } finally {
      await Promise.all([theirs.end(), owner.end({ timeout: 5 })]);
      await other.stop();
    }
  });
});

describe('proofs', () => {
  const read = (name: 'audit.inclusion' | 'audit.consistency', input: Body): Promise<Body> =>
    test_.read(name, input);

  test('of every event hold under the newest checkpoint', async () => {
    await pay(5);
    await signer.signing.sign();
    const { size, root } = await test_.read('audit.checkpoint');
    for (let event = 1; event <= Number(size); event += 41) {
      const body = await read('audit.inclusion', { event: String(event) });
      expect(body).toMatchObject({ tree_size: size, root, event_number: String(event) });
      const proof = {
        leafIndex: BigInt(String(body['leaf_index'])),
        treeSize: BigInt(String(size)),
        leafHash: bytes(body['leaf_hash']),
        proof: proofOf(body),
        root: bytes(root),
      };
      expect(inclusionFlaw(proof)).toBeUndefined();
      const [first, ...others] = proof.proof;
      const changed = Buffer.from(first ?? proof.root);
      changed[0] = (changed[0] ?? 0) ^ 1;
      expect(inclusionFlaw({ ...proof, proof: [changed, ...others] })).toBe('root_differs');
    }
  });

  test('of consistency hold between any two sizes', async () => {
    await signer.signing.sign();
    const { size } = await test_.read('audit.checkpoint');
    for (const from of [1, 2, 255, 256, 257, Number(size) - 1, Number(size)]) {
      const body = await read('audit.consistency', { from: String(from) });
      expect(
        consistencyFlaw({
          size1: BigInt(from),
          size2: BigInt(String(size)),
          root1: bytes(body['from_root']),
          root2: bytes(body['to_root']),
          proof: proofOf(body),
        }),
      ).toBeUndefined();
    }
  });

  test('of what no checkpoint covers are refused, each with its own reason', async () => {
    await signer.signing.sign();
    const size = await head();
    await pay(1);
    const refused = (name: 'audit.inclusion' | 'audit.consistency', input: Body) =>
      test_.run(name, input).then(
        () => 'answered',
        (error: { code: string; detail?: string; errors: { message: string }[] }) =>
          `${error.code}: ${error.errors[0]?.message ?? error.detail}`,
      );
    expect(await refused('audit.inclusion', { event: String(size + 1) })).toBe(
      `not_found: The newest checkpoint covers events up to ${size}. A new event is covered about a second after it was posted: ask again then.`,
    );
    expect(await refused('audit.inclusion', { event: '1', size: String(size + 1) })).toBe(
      `invalid_request: the newest checkpoint covers ${size} events: ask for no more`,
    );
    expect(await refused('audit.inclusion', { event: '5', size: '4' })).toBe(
      'invalid_request: the tree of the first 4 events has no event 5',
    );
    expect(await refused('audit.consistency', { from: '5', to: '4' })).toBe(
      'invalid_request: the earlier log is larger than the later one, which has 4 events',
    );
    expect(await refused('audit.consistency', { from: String(size + 1) })).toMatch(/ask for no more/);
    const unsigned = await test_.createLedger('unsigned');
    await expect(test_.run('audit.checkpoint', {}, { ledgerId: unsigned })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('are not made of a tree that is not the signed one', async () => {
    await signer.signing.sign();
    const size = await head();
    await tampered(
      (sql) =>
        sql`update bahi.event set leaf_hash = sha256(leaf_hash) where ledger_id = ${test_.ledgerId} and number = ${size}`,
      async () => {
        await expect(test_.run('audit.inclusion', { event: '1' })).rejects.toThrow(/root of its checkpoint/);
        await admin`update bahi.event e set leaf_hash = sha256('\\x00'::bytea || convert_to(e.body, 'UTF8'))
          where e.ledger_id = ${test_.ledgerId} and e.number = ${size}`;
      },
    );
  });
});

describe('the files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bahi-checkpoints-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('hold the newest note of each log, as it was signed, and nothing else', async () => {
    const { installation } = test_.linkKey;
    const outside = openSigner(test_, checkpointFiles(folder, installation));
    try {
      await pay(1);
      await outside.signing.sign();
      await pay(1);
      await outside.signing.sign();
      const names = await readdir(join(folder, installation));
      expect(names).toContain('ldg_0000000.checkpoint');
      expect(names.every((name) => name.endsWith('.checkpoint'))).toBe(true);
      const { note } = await test_.read('audit.checkpoint');
      const notes = await Promise.all(
        names.map((name) => readFile(join(folder, installation, name), 'utf8')),
      );
      expect(notes).toContain(note);
    } finally {
      await outside.end();
    }
  });

  test('that cannot be written say which directory', async () => {
    await writeFile(join(folder, 'taken'), '');
    await expect(checkpointFiles(join(folder, 'taken'), 'x').publish(1, 'note')).rejects.toThrow(
      /taken\/x cannot be written \(\w+\): make it writable, or name another in BAHI_CHECKPOINT_DIR/,
    );
  });
});
