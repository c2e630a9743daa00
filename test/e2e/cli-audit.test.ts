/** Checks of files at the shell: exit 0 when they hold, 1 when they do not, a line for each, and no database. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, runCli } from '../support/cli.ts';
import { consistencyOf, leafOf, pathOf, rootOf } from '../support/merkle-tree.ts';
import { noteSigner } from '../support/note-signer.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bahi-audit-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...words: string[]): Promise<Finished> =>
  runCli(['audit', ...words], { DATABASE_URL: 'nowhere' });

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  const raw = typeof content === 'string' || Buffer.isBuffer(content);
  await writeFile(path, raw ? content : JSON.stringify(content));
  return path;
}

const LEAVES = ['a', 'b', 'c', 'd', 'e'].map(leafOf);
const base64 = (hash: Buffer): string => hash.toString('base64');
const INCLUSION = {
  leafIdx: 2,
  treeSize: 5,
  root: base64(rootOf(LEAVES)),
  leafHash: base64(LEAVES[2] as Buffer),
  proof: pathOf(2, LEAVES).map(base64),
  desc: 'not read',
  wantErr: true,
};
const CONSISTENCY = {
  size1: 3,
  size2: 5,
  root1: base64(rootOf(LEAVES.slice(0, 3))),
  root2: base64(rootOf(LEAVES)),
  proof: consistencyOf(3, LEAVES).map(base64),
};

test('proofs of inclusion: a line a file, exit 1 once one does not hold', async () => {
  const good = await file('good.json', INCLUSION);
  expect(await run('check-inclusion', good)).toEqual({ code: 0, stdout: `${good}: holds\n`, stderr: '' });
  const bad = await file('bad.json', { ...INCLUSION, leafIdx: 3 });
  const huge = await file(
    'huge.json',
    JSON.stringify(INCLUSION).replace('"treeSize":5', '"treeSize":18446744073709551616'),
  );
  const twice = await file('twice.json', '{"leafIdx":1,"leafIdx":2}');
  const missing = join(folder, 'missing.json');
  const all = await run('check-inclusion', bad, missing, huge, twice, good);
  expect(all).toMatchObject({ code: 1, stderr: '' });
  expect(all.stdout.split('\n')).toEqual([
    `${bad}: does not hold: the root that it comes to is another one`,
    `${missing}: does not hold: it cannot be read (ENOENT)`,
    `${huge}: does not hold: treeSize is above 18446744073709551615`,
    `${twice}: does not hold: the name "leafIdx" stands twice in one object at line 1, column 14`,
    `${good}: holds`,
    '',
  ]);
});

test('proofs of consistency, and --json', async () => {
  const good = await file('consistent.json', CONSISTENCY);
  const bad = await file('forked.json', { ...CONSISTENCY, root2: CONSISTENCY.root1 });
  const empty = await file('empty.json', { ...CONSISTENCY, proof: null });
  const { code, stdout } = await run('check-consistency', good, bad, empty, '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    {
      files: [
        { file: good, holds: true, reason: null },
        { file: bad, holds: false, reason: 'the root that it comes to is another one' },
        { file: empty, holds: false, reason: 'the proof has too few hashes for these sizes' },
      ],
    },
  ]);
  expect((await run('check-consistency', good)).code).toBe(0);
});

test('a checkpoint, with its key in the call or in a file', async () => {
  const text = `log.example/mumbai\n5\n${base64(rootOf(LEAVES))}\n`;
  const log = noteSigner('log.example/mumbai');
  const good = await file('checkpoint.txt', `${text}\n${log.signatureOf(text)}`);
  const shown = await run('check-checkpoint', good, '--key', log.key);
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toMatch(/holds\n {2}origin {5}log\.example\/mumbai\n {2}size {7}5\n/);
  const keyFile = await file('log.pub', `${log.key}\n`);
  const { stdout } = await run('check-checkpoint', good, '--key', keyFile, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ holds: true, size: '5', signed_by: 'log.example/mumbai' });
  const forged = await file('forged.txt', `${text.replace('\n5\n', '\n6\n')}\n${log.signatureOf(text)}`);
  expect(await run('check-checkpoint', forged, '--key', log.key)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^bahi: .*forged\.txt does not hold: the signature of this key/),
  });
  expect(await run('check-checkpoint', good, '--key', `${log.key.slice(0, -4)}AAA=`)).toMatchObject({
    code: 2,
  });
});

test('JSON in its canonical form', async () => {
  const good = await file('event.json', '{ "b": 1.50, "a": "\\u20ac" }\n');
  expect(await run('canonicalize', good)).toEqual({ code: 0, stdout: '{"a":"€","b":1.5}', stderr: '' });
  const bad = await file('twice-again.json', '{"a":1,"a":1}');
  expect(await run('canonicalize', bad)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/stands twice/),
  });
  const latin = await file('latin.json', Buffer.from([0x22, 0xe9, 0x22]));
  expect(await run('canonicalize', latin)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/not UTF-8/),
  });
});
