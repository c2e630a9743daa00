/** SECURITY.md names every place that computes with secrets, hashes or random numbers, and every key that is derived. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KEY_PURPOSES } from '../../src/engine/keyring/keyring.ts';

const SRC = join(import.meta.dirname, '../../src');
const CRYPTOGRAPHY = /from '(?:node:crypto|otplib|@node-rs\/argon2)'|\bcrypto\.subtle\b|\bMath\.random\(/;

const table = readFileSync(join(SRC, '../SECURITY.md'), 'utf8')
  .split('\n## Cryptography\n')[1]
  ?.split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| purpose'))
  .map((line) => line.split(' | '));

const quoted = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text as string);

test('the table of cryptography names every file that has any, and no other', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && CRYPTOGRAPHY.test(readFileSync(join(SRC, file), 'utf8')))
    .map((file) => file.replaceAll('\\', '/'));
  expect(files.length).toBeGreaterThan(20);
  expect((table ?? []).flatMap((cells) => quoted(cells[3])).sort()).toEqual(files.sort());
});

test('and every purpose that has a data key', () => {
  expect((table ?? []).flatMap((cells) => quoted(cells[2])).sort()).toEqual([...KEY_PURPOSES].sort());
});
