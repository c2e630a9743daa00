/**
 * Files to import, made from a seed, and what must come of them by an independent serial replay: plain sums in a map,
 * one payment after the other, sharing no code with the engine.
 */
import type { ImportFile } from '../../src/engine/imports/import-file.ts';

/** A file in memory, in chunks of a size that cuts rows and characters. */
export function textFile(name: string, content: string | Buffer, chunkBytes = 4096): ImportFile {
  const bytes = Buffer.from(content);
  return {
    name,
    bytes: bytes.length,
    async *open() {
      for (let start = 0; start < bytes.length; start += chunkBytes)
        yield bytes.subarray(start, start + chunkBytes);
    },
  };
}

/** Uniform in 0..1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface PaymentFiles {
  readonly accounts: string;
  readonly payments: string;
}

/** Accounts that can pay for about half of what they are asked for, and a few payments to oneself. */
export function makePaymentFiles(seed: number, accountCount: number, paymentCount: number): PaymentFiles {
  const random = randomFrom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const amount = (max: number): string => `${below(max)}.${String(1 + below(99)).padStart(2, '0')}`;
  let accounts = 'account,opening_balance\n';
  for (let i = 0; i < accountCount; i++) accounts += `c-${i},${below(10) === 0 ? '0' : amount(200)}\n`;
  let payments = 'debit,credit,amount,time\n';
  for (let i = 0; i < paymentCount; i++)
    payments += `c-${below(accountCount)},c-${below(accountCount)},${amount(120)},${i}\n`;
  return { accounts, payments };
}

export interface Replayed {
  readonly posted: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Hundredths by code. */
  readonly balances: ReadonlyMap<string, bigint>;
}

const hundredths = (text: string): bigint => {
  const [whole = '', decimals = ''] = text.split('.');
  return BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0') || '0');
};

const rowsOf = (csv: string): string[][] =>
  csv
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));

/** Column numbers: code and balance of an account; payer, payee and amount of a payment. */
export function replaySerially(
  files: PaymentFiles,
  accountColumns: readonly [number, number] = [0, 1],
  paymentColumns: readonly [number, number, number] = [0, 1, 2],
): Replayed {
  const balances = new Map<string, bigint>();
  for (const row of rowsOf(files.accounts))
    balances.set(row[accountColumns[0]] ?? '', hundredths(row[accountColumns[1]] ?? ''));
  let posted = 0;
  const refused: Record<string, number> = {};
  const refuse = (code: string): void => {
    refused[code] = (refused[code] ?? 0) + 1;
  };
  for (const row of rowsOf(files.payments)) {
    const [payer = '', payee = '', text = ''] = paymentColumns.map((column) => row[column]);
    const amount = hundredths(text);
    const before = balances.get(payer);
    const after = balances.get(payee);
    if (before === undefined || after === undefined) refuse('account_unknown');
    else if (payer === payee) refuse('same_account');
    else if (before < amount) refuse('floor_breached');
    else {
      balances.set(payer, before - amount);
      balances.set(payee, after + amount);
      posted++;
    }
  }
  return { posted, refused, balances };
}
