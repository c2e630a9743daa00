/**
 * Payment files for imports: the same seed gives the same bytes on every machine.
 *
 * Every payer can cover all its payments, so nothing is refused and the figure counts postings alone.
 */
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { intents } from '../engine/loads.ts';
import { accountCode, OPENING_UNITS, SEED } from '../workload.ts';

export interface PaymentFiles {
  readonly accounts: string;
  readonly payments: string;
  /** Arguments of --map and --map-accounts. */
  readonly map: string;
  readonly mapAccounts: string;
}

/** Written once; uniform payers and payees. */
export async function generatedFiles(
  directory: string,
  accounts: number,
  payments: number,
): Promise<PaymentFiles> {
  const files = {
    accounts: join(directory, `accounts-${accounts}.csv`),
    payments: join(directory, `payments-${accounts}-${payments}.csv`),
    map: 'debit=debit,credit=credit,amount=amount',
    mapAccounts: 'account=account,opening_balance=opening_balance',
  };
  await mkdir(directory, { recursive: true });
  if (!existsSync(files.accounts))
    await writeLines(
      files.accounts,
      'account,opening_balance',
      accounts,
      (i) => `${accountCode(i)},${OPENING_UNITS}.00`,
    );
  const next = intents({ kind: 'uniform', accounts, seed: SEED, keys: 'v7' });
  if (!existsSync(files.payments))
    await writeLines(files.payments, 'debit,credit,amount', payments, () =>
      next()
        .legs.map(({ debit, credit, units }) => `${accountCode(debit)},${accountCode(credit)},${units}.00`)
        .join(),
    );
  return files;
}

/** The AMLSim sample where it was unpacked (nodes.csv, transactions.csv). */
export function sampleFiles(directory: string): PaymentFiles {
  const files = {
    accounts: join(directory, 'nodes.csv'),
    payments: join(directory, 'transactions.csv'),
    map: 'debit=sourceNodeId,credit=targetNodeId,amount=value,time=time',
    mapAccounts: 'account=nodeid,opening_balance=init_balance',
  };
  if (!existsSync(files.payments))
    throw new Error(`${files.payments} is not there: unpack the sample and name its directory`);
  return files;
}

async function writeLines(
  file: string,
  header: string,
  count: number,
  line: (i: number) => string,
): Promise<void> {
  const out = createWriteStream(file);
  out.write(`${header}\n`);
  for (let i = 0; i < count; i += 1000) {
    let chunk = '';
    for (let k = i; k < Math.min(i + 1000, count); k++) chunk += `${line(k)}\n`;
    if (!out.write(chunk)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
