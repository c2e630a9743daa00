/**
 * A process that posts random transfers to one ledger until it is told to finish, and never gives one up: whatever
 * it hears that is not an answer, it sends the same request again under the same key.
 *
 * Some keys are shared with the other workers, some are used again after their answer. One line on standard output
 * (written at once, so that a kill loses none) for each acknowledgement: key, tab, body; `!` and a text for what must not
 * be heard. `finish` on standard input ends it once everything is answered.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseOptions } from '../../src/db/postgres-url.ts';
import { FailureError } from '../../src/kernel/failure.ts';
import { BANK, customer, type LedgerUnderTest, posterOn, transferItem } from './fault-ledger.ts';

export interface WorkerOrders {
  readonly serve: DatabaseOptions;
  readonly ledgerId: number;
  readonly secret: string;
  readonly installation: string;
  /** Names the worker's own keys. */
  readonly name: string;
  readonly seed: number;
  readonly customers: number;
  readonly clients: number;
  /** Where its keys go on: a restarted worker sends again what it may have left unanswered. */
  readonly own: number;
  readonly shared: number;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as WorkerOrders;
const { serve, ledgerId, secret, installation, customers } = orders;
const ledger: LedgerUnderTest = {
  serve,
  ledgerId,
  linkKey: { version: 1, secret: Buffer.from(secret, 'hex'), installation },
};
const random = mulberry32(orders.seed);
const poster = posterOn(ledger, { batchMax: 40, turnMs: 20, accountsMax: 4, resultsMax: 100 });
const COME_BACK = new Set(['outcome_unknown', 'database_unavailable', 'overloaded', 'storage_full']);
const SHARED = 0.2;
const AGAIN = 0.1;
const PATIENCE_MS = 1500;
const done: string[] = [];
let finishing = false;
let { own, shared } = orders;

process.stdin.once('data', () => {
  finishing = true;
});

/** What a key stands for follows from the key alone, so workers agree about shared ones. */
function transferOf(key: string) {
  const pick = mulberry32([...key].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) | 0, 7));
  const from = pick();
  const payer = from < 0.1 ? BANK : customer(Math.floor(pick() * customers));
  const payee = customer(Math.floor(pick() * customers));
  const amount = BigInt(1 + Math.floor(pick() * 400));
  return transferItem(ledger, key, payer, payee === payer ? BANK : payee, amount);
}

function nextKey(): string {
  if (random() < AGAIN && done.length > 0) return done[Math.floor(random() * done.length)] as string;
  if (random() < SHARED) return `shared-${shared++}`;
  return `${orders.name}-${own++}`;
}

async function client(): Promise<void> {
  while (!finishing) {
    const key = nextKey();
    const body = await answerOf(key);
    if (body === undefined) return;
    process.stdout.write(`${key}\t${body}\n`);
    done.push(key);
    await delay(random() * 4);
  }
}

async function answerOf(key: string): Promise<string | undefined> {
  for (;;) {
    try {
      const [waiting] = poster.submit([transferOf(key)], PATIENCE_MS);
      const result = await waiting;
      if (result?.kind === 'recorded') return result.result.body;
      process.stdout.write(`!${key} failed: ${result?.code}\n`);
      return undefined;
    } catch (error) {
      if (!(error instanceof FailureError) || !COME_BACK.has(error.code)) {
        process.stdout.write(`!${key} heard ${String(error)}\n`);
        return undefined;
      }
      await delay(random() * 20);
    }
  }
}

/** Small and good enough to choose transfers. */
function mulberry32(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

await Promise.all(Array.from({ length: orders.clients }, client));
await poster.stop(5000);
process.exit(0);
