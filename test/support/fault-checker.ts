/**
 * Reads a whole log back and holds it against everything that was promised:
 *   numbers without gaps, times that grow, links that chain (each batch folded again by the engine's own fold), and,
 *   by a replay that shares no code with the engine, every decision, every entry and every balance;
 *   every acknowledgement found exactly once, with the very answer that was given.
 * The result is a list of sentences about what is wrong; none is the good case.
 */
import { parseEvent } from '../../src/audit/event.ts';
import type { Sql } from '../../src/db/connect.ts';
import { batchColumns, linkOf } from '../../src/engine/batch-rows.ts';
import { type Command, type Item, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { EMPTY_LOG, LedgerState } from '../../src/engine/state.ts';
import { accountCommand, type LedgerUnderTest, SHELL, transferCommand } from './fault-ledger.ts';

export interface Checked {
  readonly events: number;
  readonly posted: number;
  readonly refused: number;
  readonly violations: readonly string[];
}

interface BatchRow {
  readonly first: number;
  readonly last: number;
  readonly at: number;
  readonly link: string;
}

interface StoredEvent {
  readonly number: number;
  readonly at: number;
  readonly code: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly body: string;
}

interface StoredEntry {
  readonly account: number;
  readonly position: number;
  readonly amount: string;
  readonly debits: string;
  readonly credits: string;
  readonly version: number;
}

const VIOLATIONS_MAX = 12;

/** `acknowledged`: the body that answered each idempotency key. Requires a superuser, and a ledger of `makeLedger`. */
export async function checkLedger(
  admin: Sql,
  ledger: LedgerUnderTest,
  acknowledged: ReadonlyMap<string, string> = new Map(),
): Promise<Checked> {
  const { ledgerId } = ledger;
  const batches = await admin<BatchRow[]>`
    select first_number::int as first, last_number::int as last, bahi.to_micros(at)::float8 as at, encode(link, 'hex') as link
    from bahi.batch where ledger_id = ${ledgerId} order by last_number`;
  const events = await admin<StoredEvent[]>`
    select number::int, bahi.to_micros(at)::float8 as at, coalesce(code, '') as code, replace(key::text, '-', '') as key,
      encode(fingerprint, 'hex') as fingerprint, body
    from bahi.event where ledger_id = ${ledgerId} order by number`;
  const entries = await admin<StoredEntry[]>`
    select account_id::int as account, position::float8 as position, amount, debits, credits, version
    from bahi.entry where ledger_id = ${ledgerId} order by position, amount`;
  const violations: string[] = [];
  const note = (sentence: string): void => {
    if (violations.length < VIOLATIONS_MAX) violations.push(sentence);
  };
  checkOrder(events, note);
  checkLinks(ledger, batches, events, note);
  const counts = replay(events, entries, note);
  const answers = new Map(events.map(({ body }) => [parseEvent(body).idempotency_key, body]));
  if (answers.size !== events.length) note('an idempotency key stands in the log twice');
  for (const [key, body] of acknowledged) {
    if (!answers.has(key)) note(`acknowledged ${key} is not in the log`);
    else if (answers.get(key) !== body)
      note(`${key} was answered ${body} but the log has ${answers.get(key)}`);
  }
  return { events: events.length, ...counts, violations };
}

type Note = (sentence: string) => void;

function checkOrder(events: readonly StoredEvent[], note: Note): void {
  let at = 0;
  for (const [i, event] of events.entries()) {
    if (event.number !== i + 1) note(`number ${i + 1} is missing: ${event.number} stands there`);
    if (event.at < at) note(`time runs back at ${event.number}`);
    at = event.at;
  }
}

/** Folds every batch again and compares what comes out with what is stored, its link included. */
function checkLinks(
  { ledgerId, linkKey }: LedgerUnderTest,
  batches: readonly BatchRow[],
  events: readonly StoredEvent[],
  note: Note,
): void {
  const state = new LedgerState(ledgerId);
  let head = EMPTY_LOG;
  for (const batch of batches) {
    if (batch.first !== head.number + 1)
      note(`the batch at ${batch.last} does not begin after ${head.number}`);
    if (batch.at <= head.at) note(`time does not grow at batch ${batch.last}`);
    const stored = events.slice(batch.first - 1, batch.last);
    const items = stored.map((event) => itemAgain(ledgerId, event));
    const { rows } = foldBatch(state, head.number, batch.at, items);
    for (const [i, row] of rows.events.entries()) {
      const { body, key, fingerprint, number } = stored[i] as StoredEvent;
      if (row.body !== body || row.key !== key || row.fingerprint !== fingerprint)
        note(`event ${number} is not what the fold makes of its command`);
    }
    const link = linkOf(linkKey, ledgerId, head, batch.at, rows.events.length, batchColumns(rows));
    if (link !== batch.link) note(`the chain of links breaks at batch ${batch.last}`);
    head = { number: batch.last, link: batch.link, at: batch.at };
  }
  if (head.number !== events.length) note(`the newest batch ends at ${head.number} of ${events.length}`);
}

interface EventData {
  readonly code?: string;
  readonly floor?: string | null;
  readonly legs?: readonly { debit_code: string; credit_code: string; amount: string }[];
}

function itemAgain(ledgerId: number, { body }: StoredEvent): Item {
  const event = parseEvent(body);
  return makeItem(ledgerId, commandOf(event.data as EventData), SHELL, event.idempotency_key, event.request);
}

function commandOf({ code, floor, legs }: EventData): Command {
  const [leg] = legs ?? [];
  if (leg) return transferCommand(leg.debit_code, leg.credit_code, minorOf(leg.amount));
  return accountCommand(String(code), typeof floor === 'string' ? minorOf(floor) : null);
}

const minorOf = (amount: string): bigint => BigInt(amount.replace('.', ''));

interface Balance {
  readonly name: string;
  readonly hasFloor: boolean;
  debits: bigint;
  credits: bigint;
  version: number;
}

/** The log in its order, one account book at a time: who could pay, paid; entries say so. */
function replay(
  events: readonly StoredEvent[],
  entries: readonly StoredEntry[],
  note: Note,
): { posted: number; refused: number } {
  const books = new Map<string, Balance & { id: number }>();
  const expected: string[] = [];
  let posted = 0;
  let refused = 0;
  const write = (number: number, book: Balance & { id: number }, amount: bigint): void => {
    book.version++;
    if (amount < 0n) book.debits -= amount;
    else book.credits += amount;
    expected.push(`${number * 256} ${book.id} ${amount} ${book.debits} ${book.credits} ${book.version}`);
  };
  for (const { number, body, code } of events) {
    const data = parseEvent(body).data as EventData;
    const [leg] = data.legs ?? [];
    if (!leg) {
      const name = String(data.code);
      const hasFloor = typeof data.floor === 'string';
      books.set(name, { name, id: number, hasFloor, debits: 0n, credits: 0n, version: 0 });
      continue;
    }
    const payer = books.get(leg.debit_code);
    const payee = books.get(leg.credit_code);
    const amount = minorOf(leg.amount);
    if (!payer || !payee) {
      note(`event ${number} names an account that was not opened before`);
      continue;
    }
    const mayPay = payer !== payee && (!payer.hasFloor || payer.credits - payer.debits >= amount);
    if (mayPay !== (code === ''))
      note(`event ${number} was decided '${code}' with ${payer.credits - payer.debits}`);
    if (code === '') {
      posted++;
      write(number, payer, -amount);
      write(number, payee, amount);
    } else {
      refused++;
      write(number, payer, 0n);
    }
  }
  const found = entries.map(
    (e) => `${e.position} ${e.account} ${e.amount} ${e.debits} ${e.credits} ${e.version}`,
  );
  for (let i = 0; i < Math.max(found.length, expected.length); i++) {
    if (found[i] !== expected[i]) note(`entry ${found[i]} should be ${expected[i]}`);
  }
  return { posted, refused };
}
