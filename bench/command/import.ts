/**
 * Imports through the command line: files on disk in, durable postings out, everything on.
 *
 * Accounts and opening balances go first and are not counted. The hash is over the counts and the totals of the
 * entries that are stored.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSql } from '../server.ts';
import type { BenchLedger, Curve, Measured, Size, Stage, Workload } from '../workload.ts';
import { bahi } from './bahi.ts';
import { generatedFiles, type PaymentFiles, sampleFiles } from './payment-files.ts';

/**
 * `payments` is long enough for the rate that holds for a file of any length: the code is compiled and the tables have left
 * the caches of an empty database. `short` is the length of the AMLSim sample, of which starting takes a good part (14,900
 * payments a second where half a million make 18,500).
 */
const SIZES: Readonly<Record<Size['name'], Readonly<Record<'accounts' | 'payments' | 'short', number>>>> = {
  smoke: { accounts: 100, payments: 1_000, short: 200 },
  standard: { accounts: 20_000, payments: 500_000, short: 117_805 },
};

const filesIn = (stage: Stage): string => join(stage.dataDir, 'input');

async function importInto(stage: Stage, ledger: BenchLedger, files: PaymentFiles): Promise<Measured> {
  const { environment, name } = ledger;
  const none = join(filesIn(stage), 'no-payments.csv');
  const header = files.map.split(',').map((pair) => pair.split('=')[1]);
  await writeFile(none, `${header.join(',')}\n`);
  const into = ['--ledger', name, '--map', files.map];
  const openings = ['--accounts', files.accounts, '--map-accounts', files.mapAccounts];
  await bahi(environment, 'import', none, ...into, ...openings);
  const { json, memoryBytesMax } = await bahi(environment, 'import', files.payments, ...into);
  const posted = Number(json['posted']);
  const refused = Object.values(json['refused'] as Record<string, number>).reduce((a, b) => a + b, 0);
  const hash = createHash('sha256').update(JSON.stringify([posted, json['refused'], await movedIn(ledger)]));
  return {
    operations: posted + refused,
    seconds: Number(json['duration_ms']) / 1000,
    resultHash: hash.digest('hex').slice(0, 16),
    ...(memoryBytesMax !== undefined && { memoryBytesMax }),
    more: { posted, refused },
  };
}

/** Number of entries and sum of credits. */
async function movedIn({ owner, ledgerId }: BenchLedger): Promise<unknown> {
  const rows = await withSql(
    owner,
    (sql) => sql<{ entries: string; credits: string }[]>`
      select count(*) as entries, sum(amount) filter (where amount > 0) as credits
      from bahi.entry where ledger_id = ${ledgerId}`,
  );
  return [...rows];
}

async function importGenerated(stage: Stage, accounts: number, payments: number): Promise<Measured> {
  const ledger = await stage.freshLedger({ accounts: 0 });
  return importInto(stage, ledger, await generatedFiles(filesIn(stage), accounts, payments));
}

export const importGeneratedWorkloads: readonly Workload[] = [
  {
    name: 'import/generated',
    level: 'import',
    what: '`bahi import` of a long generated file, none refused; accounts and openings go first and are not counted',
    run: (stage, { name }) => importGenerated(stage, SIZES[name].accounts, SIZES[name].payments),
  },
  {
    name: 'import/short',
    level: 'import',
    what: 'the same with as many rows as the public sample: the start of the process counts',
    run: (stage, { name }) => importGenerated(stage, SIZES[name].accounts, SIZES[name].short),
  },
];

export const importSampleWorkload = (directory: string): Workload => ({
  name: 'import/AMLSim sample',
  level: 'import',
  what: '`bahi import` of a public sample, 62 % of which the ledger refuses for funds',
  run: async (stage) => importInto(stage, await stage.freshLedger({ accounts: 0 }), sampleFiles(directory)),
});

export const importCurve: Curve = {
  name: 'import, length of the file',
  what: 'memory must not grow with the file',
  x: 'payments',
  points: [1e5, 3e5, 1e6],
  run: (stage, { name }, point) => importGenerated(stage, SIZES[name].accounts, point),
};
