/**
 * Arbitrary scripts through two processes' posters at once, on PostgreSQL: whatever order the log came out in, the
 * model predicts every outcome of it, the fold writes the same bodies and entries again, and a verifier finds them sound. A failure prints its seed.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import type { Command, LegRequest } from '../../src/engine/command.ts';
import { foldBatch, type ItemResult } from '../../src/engine/fold.ts';
import type { Posters } from '../../src/engine/posters.ts';
import type { ListedEvent } from '../../src/engine/reads.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { readEvent } from '../../src/engine/verify/command-of-event.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { formatId } from '../../src/kernel/id.ts';
import type { Entry } from '../../src/ledger/transfer.ts';
import { prelude, type Step, script } from '../support/arbitrary-commands.ts';
import { poolScript } from '../support/arbitrary-pools.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { ModelLedger } from '../support/model-ledger.ts';
import { anotherProcess } from '../support/processes.ts';
import { asPredicted, itemsOf } from '../support/run-fold.ts';

let engine: TestEngine;
let processes: Posters[];
let owner: Sql;

beforeAll(async () => {
  engine = await openTestEngine();
  // One that keeps hardly anything from batch to batch.
  processes = [anotherProcess(engine), anotherProcess(engine, { accountsMax: 2 })];
  owner = testPool(engine.database.owner, 1);
});

afterAll(async () => {
  await Promise.all(processes.map((posters) => posters.stop(1000)));
  await owner.end({ timeout: 5 });
  await engine.stop();
});

/** A script is written for this ledger, and moved to the one that it runs in. */
const WRITTEN_FOR = 7;
const PATIENCE_MS = 30_000;

interface Sending {
  readonly process: number;
  /** What the sender does before the next step. */
  readonly after: 'go on' | 'turn' | 'wait for all';
}
const sending: fc.Arbitrary<Sending> = fc.record({
  process: fc.nat({ max: 1 }),
  after: fc.constantFrom('go on', 'go on', 'go on', 'turn', 'wait for all'),
});

test.each([
  ['everything', script(WRITTEN_FOR, 25), 4],
  ['pools', poolScript(WRITTEN_FOR, 25), 11],
])(
  'two processes write a log that the model predicts and the fold writes again: %s',
  async (of, scripts, first) => {
    const sent = fc.array(sending, { minLength: 10, maxLength: 20, size: 'max' });
    await fc.assert(
      fc.asyncProperty(scripts, sent, async (steps, how) => {
        const ledgerId = await engine.createLedger(randomUUID());
        const all = [...prelude(prefixes()), ...steps].map((step) => moved(step, ledgerId));
        const results = await send(ledgerId, all, how, first);
        const events = await engine.engine.reads.events(ledgerId, 0, 10_000);
        const done = unitsOf(events, all);
        expectPredicted(ledgerId, done, all, results);
        await expectFoldedAgain(ledgerId, done, events);
        // Some of everything is asked for as no request is, such as bounds in another currency: its event says less than it.
        if (of === 'everything') return;
        const { problems } = await verifyLedger({ sql: owner, linkKey: engine.linkKey, ledgerId });
        expect(problems).toEqual([]);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  },
);

const prefixes = (): string[] =>
  Array.from({ length: 4 }, () => (randomBytes(6).readUIntBE(0, 6) % 32 ** 8).toString(32).padStart(8, '0'));

/** Ids of the ledger that the script was written for become ids of this one; foreign ones stay foreign. */
function moved(step: Step, ledgerId: number): Step {
  const own = formatId('acc', WRITTEN_FOR, 0).slice(0, 11);
  const text = (value: string): string =>
    value.startsWith(own) ? `${formatId('acc', ledgerId, 0).slice(0, 11)}${value.slice(11)}` : value;
  const movedLegs = (legs: readonly LegRequest[]): LegRequest[] =>
    legs.map((leg) => ({ ...leg, debit: text(leg.debit), credit: text(leg.credit) }));
  const movedCommand = (command: Command): Command => {
    if (command.type === 'transfer.create' && command.exchange) {
      const { exchange, legs } = command;
      return {
        ...command,
        legs: movedLegs(legs),
        exchange: { ...exchange, beside: movedLegs(exchange.beside) },
      };
    }
    if ('legs' in command) return { ...command, legs: movedLegs(command.legs) };
    if (command.type === 'pool.create') return { ...command, accounts: command.accounts.map(text) };
    if (command.type !== 'pool.update') return command;
    const { add, remove } = command;
    return {
      ...command,
      ...(add ? { add: add.map(text) } : {}),
      ...(remove ? { remove: remove.map(text) } : {}),
    };
  };
  const { actor } = step;
  return {
    ...step,
    actor: actor.apiKey === undefined ? actor : { ...actor, name: formatId('key', ledgerId, actor.apiKey) },
    intents: step.intents.map(({ key, command }) => ({ key, command: movedCommand(command) })),
  };
}

async function send(
  ledgerId: number,
  steps: readonly Step[],
  how: readonly Sending[],
  first: number,
): Promise<ItemResult[][]> {
  const answers: Promise<ItemResult[]>[] = [];
  for (const [i, step] of steps.entries()) {
    const { process, after } = how[i % how.length] as Sending;
    const items = itemsOf(ledgerId, step, `req-${i}`);
    answers.push(Promise.all((processes[process] as Posters).submit(ledgerId, items, PATIENCE_MS)));
    // What comes first, so that it has the numbers that the script gives it: keys, and what pools are of.
    if (i < first || after === 'wait for all') await Promise.all(answers);
    else if (after === 'turn') await nextTurn();
  }
  return Promise.all(answers);
}

/** A step as it was recorded, in the order of the log. */
interface Unit {
  readonly step: Step;
  readonly index: number;
  readonly at: number;
  readonly numbers: readonly number[];
}

function unitsOf(events: readonly ListedEvent[], steps: readonly Step[]): Unit[] {
  const units: Unit[] = [];
  for (let i = 0; i < events.length; ) {
    const { body, at_micros: at, number } = events[i] as ListedEvent;
    const event = readEvent(body);
    const index = Number(event.request.slice('req-'.length));
    const size = event.group?.size ?? 1;
    units.push({
      step: steps[index] as Step,
      index,
      at,
      numbers: Array.from({ length: size }, (_, k) => number + k),
    });
    i += size;
  }
  return units;
}

function expectPredicted(
  ledgerId: number,
  units: readonly Unit[],
  steps: readonly Step[],
  results: readonly (readonly ItemResult[])[],
): void {
  const model = new ModelLedger((number) => formatId('acc', ledgerId, number));
  for (const { step, index, at } of units)
    expect(results[index]?.map(asPredicted)).toEqual(model.perform(step, at));
  // What was not recorded depends on when it came; but what was known then is still known at the end.
  const recorded = new Set(units.map(({ index }) => index));
  for (const [index, step] of steps.entries()) {
    const heard = (results[index] as ItemResult[]).map(asPredicted);
    if (recorded.has(index) || heard[0]?.code === 'not_found') continue;
    const atTheEnd = model.perform(step, Number.MAX_SAFE_INTEGER);
    if (atTheEnd[0]?.code === 'unauthenticated') continue;
    expect(heard).toEqual(atTheEnd);
  }
}

async function expectFoldedAgain(
  ledgerId: number,
  units: readonly Unit[],
  events: readonly ListedEvent[],
): Promise<void> {
  const state = new LedgerState(ledgerId);
  const log = new MemoryLog();
  const entries: Entry[] = [];
  for (const { step, index, at, numbers } of units) {
    const first = numbers[0] as number;
    const items = itemsOf(ledgerId, step, `req-${index}`);
    log.teach(state, items, at);
    const { rows } = foldBatch(state, first - 1, at, items);
    log.append(rows);
    expect(rows.events.map(({ body }) => body)).toEqual(numbers.map((number) => events[number - 1]?.body));
    entries.push(...rows.entries);
  }
  const stored = await owner<Record<string, string | null>[]>`
    select account_id, position, amount, debits, credits, held_debits, held_credits, debit_count, credit_count, refused_count, version, net_min, net_max
    from bahi.entry where ledger_id = ${ledgerId} order by account_id, position`;
  const text = (value: bigint | number | null | undefined): string | null =>
    value === null || value === undefined ? null : String(value);
  expect(
    stored.map((row) => Object.values(row).map((value) => (value === null ? null : String(value)))),
  ).toEqual(
    entries
      .toSorted((a, b) => a.account - b.account || a.position - b.position)
      .map((e) =>
        [
          e.account,
          e.position,
          e.amount,
          e.debits,
          e.credits,
          e.heldDebits,
          e.heldCredits,
          e.debitCount,
          e.creditCount,
          e.refusedCount,
          e.version,
          e.netMin,
          e.netMax,
        ].map(text),
      ),
  );
}
