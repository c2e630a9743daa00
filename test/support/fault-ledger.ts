/**
 * A ledger to post to directly, without use cases: a bank without bounds and customers that may not fall below zero,
 * all named by code, so that an item is written down in one line.
 */
import { randomBytes } from 'node:crypto';
import { connect } from '../../src/db/connect.ts';
import type { DatabaseOptions } from '../../src/db/postgres-url.ts';
import type { LinkKey } from '../../src/engine/batch-rows.ts';
import { type Actor, type Command, type Item, makeItem } from '../../src/engine/command.ts';
import type { ItemResult } from '../../src/engine/fold.ts';
import type { ReadAhead } from '../../src/engine/look-ahead.ts';
import { Poster } from '../../src/engine/poster.ts';
import { POSTER_DEFAULTS, type PosterDeps, type PosterOptions } from '../../src/engine/poster-options.ts';
import { Reads } from '../../src/engine/reads.ts';
import { postingSession } from '../../src/engine/store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { FailureError } from '../../src/kernel/failure.ts';

export const SHELL: Actor = { name: 'shell:test', client: 'shell', apiKey: undefined };
export const BANK = 'bank';
export const customer = (n: number): string => `customer-${n}`;
const SETTINGS = { ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };

export interface LedgerUnderTest {
  readonly serve: DatabaseOptions;
  readonly ledgerId: number;
  readonly linkKey: LinkKey;
}

/** A poster of a process of its own, as far as the database can tell. */
export function posterOn(
  ledger: LedgerUnderTest,
  options: Partial<PosterOptions> = {},
  deps: Partial<PosterDeps> = {},
): Poster {
  const { serve, ledgerId, linkKey } = ledger;
  const openSession = (id: number) => postingSession(serve, id);
  const log = { info: () => {}, warn: () => {}, fatal: () => {} };
  const readAhead: ReadAhead = async (id, wanted) => {
    const session = openSession(id);
    return session.read(wanted).finally(() => session.destroy('read'));
  };
  return new Poster(
    ledgerId,
    { clock: systemClock, linkKey, openSession, readAhead, log, ...deps },
    { ...POSTER_DEFAULTS, ...options },
  );
}

/** Creates the ledger with its accounts; each customer gets `opening` minor units. */
export async function makeLedger(
  serve: DatabaseOptions,
  customers: number,
  opening = 0n,
): Promise<LedgerUnderTest> {
  const pool = connect(serve, { max: 1, applicationName: 'bahi test', statementTimeoutMs: 5000 });
  const installation = await new Reads(pool).installation();
  await pool.end({ timeout: 5 });
  const linkKey = { version: 1, secret: randomBytes(32), installation };
  const ledgerId = 1 + Math.floor(Math.random() * 2 ** 30);
  const ledger = { serve, ledgerId, linkKey };
  await postAlone({ serve, linkKey, ledgerId: 0 }, [
    itemOf(0, `ledger-${ledgerId}`, { type: 'ledger.create', id: ledgerId, name: `test-${ledgerId}` }),
  ]);
  const names = Array.from({ length: customers }, (_, n) => customer(n));
  await postAlone(ledger, [
    itemOf(ledgerId, 'open-bank', accountCommand(BANK, null)),
    ...names.map((name) => itemOf(ledgerId, `open-${name}`, accountCommand(name, 0n))),
  ]);
  if (opening > 0n) {
    const pay = names.map((name) => transferItem(ledger, `fund-${name}`, BANK, name, opening));
    await postAlone(ledger, pay);
  }
  return ledger;
}

async function postAlone(ledger: LedgerUnderTest, items: readonly Item[]): Promise<void> {
  const poster = posterOn(ledger);
  await Promise.all(poster.submit(items, 20_000));
  await poster.stop(1000);
}

export const itemOf = (
  ledgerId: number,
  key: string,
  command: Command,
  request = `req_${key}`,
  actor = SHELL,
): Item => makeItem(ledgerId, command, actor, key, request);

export const accountCommand = (code: string, floor: bigint | null): Command => ({
  type: 'account.create',
  code,
  kind: floor === null ? 'asset' : 'liability',
  currency: 'INR',
  owner: null,
  settings: { ...SETTINGS, floor },
});

export const transferCommand = (debit: string, credit: string, amount: bigint): Command => ({
  type: 'transfer.create',
  legs: [{ debit, credit, amount, currency: 'INR' }],
});

export const transferItem = (
  { ledgerId }: LedgerUnderTest,
  key: string,
  debit: string,
  credit: string,
  amount = 1n,
): Item => itemOf(ledgerId, key, transferCommand(debit, credit, amount));

/** What callers heard, in a word or two each: `posted`, `replayed`, a refusal's or a failure's code. */
export async function heard(results: readonly Promise<ItemResult>[]): Promise<string[]> {
  return Promise.all(results.map((result) => result.then(wordOf, codeOf)));
}

function wordOf(result: ItemResult): string {
  if (result.kind === 'failed') return result.code;
  if (result.replayed) return 'replayed';
  return result.result.code === '' ? 'posted' : result.result.code;
}

/** The code of what was thrown; anything but a failure is passed on. */
export function codeOf(error: unknown): string {
  if (error instanceof FailureError) return error.code;
  throw error;
}

export async function submitAndHear(
  poster: Poster,
  items: readonly Item[],
  patienceMs = 20_000,
): Promise<string[]> {
  return heard(poster.submit(items, patienceMs));
}
