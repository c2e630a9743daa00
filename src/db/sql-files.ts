/**
 * The SQL that belongs to this version: migrations (forward only, each applied once) and functions (a set that
 * is replaced as a whole), read from the sql directory with their checksums.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The `sql` directory of this source tree. */
export const SQL_DIRECTORY = fileURLToPath(new URL('../../sql/', import.meta.url));

export interface MigrationFile {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  /** SHA-256, hexadecimal. */
  readonly checksum: string;
}

export interface FunctionFiles {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** SHA-256 over names and contents in order, hexadecimal. */
  readonly checksum: string;
}

/** The schema or its files do not fit; the message says which and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

export async function readMigrations(directory: string): Promise<MigrationFile[]> {
  const migrations: MigrationFile[] = [];
  for (const { name, text } of await readSqlFiles(join(directory, 'migrations'))) {
    const number = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
    if (number !== migrations.length + 1)
      throw new MigrationError(
        `sql/migrations/${name}: expected number ${migrations.length + 1} as NNNN_name.sql`,
      );
    migrations.push({ number, name, text, checksum: createHash('sha256').update(text).digest('hex') });
  }
  return migrations;
}

export async function readFunctions(directory: string): Promise<FunctionFiles> {
  const files = await readSqlFiles(join(directory, 'functions'));
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(`${name}\0${text}\0`);
  return { files, checksum: hash.digest('hex') };
}

async function readSqlFiles(directory: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(directory, name), 'utf8') })),
  );
}
