/**
 * Imports through the command line: files on disk in, durable postings out, everything on.
 *
 * Accounts and opening balances go first and are not counted. Each run ends in `verify`, and in a hash over the
 * counts and the totals of each currency: a run that posted less, or other amounts, shows.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bahi } from '../bahi.ts';
import { type Files, generate } from '../generate.ts';

export interface ImportRun {
  readonly rows: number;
  readonly posted: number;
  readonly seconds: number;
  readonly memoryBytesMax: number | undefined;
  /** SHA-256 over the currency totals and the counts, first 16 hex digits. */
  readonly resultHash: string;
}

export interface Input {
  readonly files: Files;
  readonly map: string;
  readonly mapAccounts: string;
}

const GENERATED = {
  map: 'debit=debit,credit=credit,amount=amount',
  mapAccounts: 'account=account,opening_balance=opening_balance',
};

export async function generated(
  directory: string,
  accounts: number,
  payments: number,
  seed: number,
): Promise<Input> {
  const files = {
    accounts: join(directory, `accounts-${accounts}.csv`),
    payments: join(directory, `payments-${payments}.csv`),
  };
  await generate(files, accounts, payments, seed);
  return { files, ...GENERATED };
}

/** The AMLSim sample where it was unpacked (nodes.csv, transactions.csv); undefined elsewhere. */
export function sample(directory: string | undefined): Input | undefined {
  if (directory === undefined) return undefined;
  const files = { accounts: join(directory, 'nodes.csv'), payments: join(directory, 'transactions.csv') };
  if (!existsSync(files.payments))
    throw new Error(`${files.payments} is not there: unpack the sample and name its directory`);
  return {
    files,
    map: 'debit=sourceNodeId,credit=targetNodeId,amount=value,time=time',
    mapAccounts: 'account=nodeid,opening_balance=init_balance',
  };
}

/** Imports into a new ledger of the data directory. */
export async function runImport(dataDir: string, ledger: string, input: Input): Promise<ImportRun> {
  await bahi(dataDir, 'ledger', 'create', ledger);
  const { files, map, mapAccounts } = input;
  const header = map.split(',').map((pair) => pair.split('=')[1]);
  const none = join(dataDir, 'no-payments.csv');
  await writeFile(none, `${header.join(',')}\n`);
  const into = ['--ledger', ledger, '--map', map];
  await bahi(dataDir, 'import', none, ...into, '--accounts', files.accounts, '--map-accounts', mapAccounts);
  const { json, memoryBytesMax } = await bahi(dataDir, 'import', files.payments, ...into);
  const posted = Number(json['posted']);
  const refused = Object.values(json['refused'] as Record<string, number>).reduce((a, b) => a + b, 0);
  const seconds = Number(json['duration_ms']) / 1000;
  const verified = (await bahi(dataDir, 'verify', '--ledger', ledger)).json;
  return {
    rows: posted + refused,
    posted,
    seconds,
    memoryBytesMax,
    resultHash: hashOf(posted, json['refused'], verified['currencies']),
  };
}

const hashOf = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
