/**
 * Payment files for imports: the same seed gives the same bytes on every machine.
 *
 * Every payer can cover all its payments, so nothing is refused and the figure counts postings alone.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export interface Files {
  readonly accounts: string;
  readonly payments: string;
}

/** Uniform 32-bit numbers (Mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
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

/** Accounts with an opening balance of 1,000,000.00 each; amounts from 0.01 to 10.00, uniform payers and payees. */
export async function generate(
  files: Files,
  accounts: number,
  payments: number,
  seed: number,
): Promise<void> {
  const next = randomNumbers(seed);
  await writeLines(files.accounts, 'account,opening_balance', accounts, (i) => `a${i},1000000.00`);
  await writeLines(files.payments, 'debit,credit,amount', payments, () => {
    const debit = next() % accounts;
    const credit = (debit + 1 + (next() % (accounts - 1))) % accounts;
    const paise = 1 + (next() % 1000);
    return `a${debit},a${credit},${Math.floor(paise / 100)}.${String(paise % 100).padStart(2, '0')}`;
  });
}
