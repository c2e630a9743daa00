/**
 * The fold against the model ledger, on arbitrary scripts: same outcomes, same balances, and the same log however the
 * script is cut into batches and whatever the fold has forgotten. A failure prints its seed.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BatchRows, SearchRow } from '../../src/engine/batch-rows.ts';
import type { Item } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { readEvent } from '../../src/engine/verify/command-of-event.ts';
import { itemOf } from '../../src/engine/verify/item-of-event.ts';
import { defined } from '../../src/kernel/assert.ts';
import type { Json } from '../../src/kernel/canonical-json.ts';
import { parseMicros } from '../../src/kernel/clock.ts';
import { formatId } from '../../src/kernel/id.ts';
import type { AccountState } from '../../src/ledger/account.ts';
import { prelude, type Step, script } from '../support/arbitrary-commands.ts';
import { factorScript } from '../support/arbitrary-factor-scripts.ts';
import { holdScript } from '../support/arbitrary-holds.ts';
import { limitScript } from '../support/arbitrary-limits.ts';
import { poolScript } from '../support/arbitrary-pools.ts';
import { proposalScript } from '../support/arbitrary-proposals.ts';
import { reversalScript } from '../support/arbitrary-reversals.ts';
import { scheduleScript } from '../support/arbitrary-schedules.ts';
import { stepUpScript } from '../support/arbitrary-step-ups.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { effectiveNet } from '../support/model-effective.ts';
import { ModelLedger } from '../support/model-ledger.ts';
import { asPredicted, foldAll, itemsOf, timesOf } from '../support/run-fold.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const PREFIXES = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc', 'dddddddd'];
/** Of everything, and of holds, of reversals, of limits, of schedules, of factors and of four eyes alone, which meet each other too rarely among everything. */
const scripts = fc
  .oneof(
    script(LEDGER, 20),
    holdScript(LEDGER, 20),
    reversalScript(LEDGER, 20),
    limitScript(LEDGER, 24),
    poolScript(LEDGER, 24),
    scheduleScript(LEDGER, AT, 20),
    factorScript(LEDGER, 40),
    stepUpScript(24),
    proposalScript(LEDGER, AT, prelude(PREFIXES), 30),
  )
  .map((steps) => [...prelude(PREFIXES), ...steps]);
const STATUS = { waits: 'pending', works: 'active', gone: 'removed' };
const modelOf = (): ModelLedger => new ModelLedger((number) => formatId('acc', LEDGER, number));

/** Every step alone. */
const oneByOne = (steps: readonly Step[]): Step[][] => steps.map((step) => [step]);

function split(steps: readonly Step[], sizes: readonly number[]): Step[][] {
  const batches: Step[][] = [];
  let next = 0;
  for (let i = 0; next < steps.length; i++) {
    const size = sizes[i % sizes.length] as number;
    batches.push(steps.slice(next, next + size));
    next += size;
  }
  return batches;
}

describe('the fold', () => {
  test('decides every script as the model does, and leaves every account as the model has it', () => {
    fc.assert(
      fc.property(scripts, (steps) => {
        const model = modelOf();
        const times = timesOf(steps, AT);
        const predicted = steps.flatMap((step, i) => model.perform(step, times[i] as number));
        const { state, results, rows } = foldAll(LEDGER, oneByOne(steps), AT);
        expect(results.map(asPredicted)).toEqual(predicted);
        expect([...state.accounts.keys()]).toEqual([...model.accounts.keys()]);
        expect(rows.search).toEqual(rows.events.flatMap(searchRowsOf));
        for (const [number, account] of state.accounts) {
          const { debits, credits, heldDebits, heldCredits } = account;
          const { debitCount, creditCount, refusedCount, version } = account;
          expect({
            debits,
            credits,
            heldDebits,
            heldCredits,
            debitCount,
            creditCount,
            refusedCount,
            entries: version,
          }).toEqual(
            Object.fromEntries(Object.entries(model.summary(number)).filter(([name]) => name !== 'balance')),
          );
          const of = rows.entries.filter((entry) => entry.account === number);
          expect(of.map((entry) => entry.version)).toEqual(of.map((_, i) => i + 1));
        }
        expect([...state.holds].map(([id, { legs }]) => [id, legs.map(({ captured }) => captured)])).toEqual(
          [...model.holds].map(([id, { legs }]) => [id, legs.map(({ captured }) => captured)]),
        );
        expect([...state.customers.values()].map(({ customer }) => customer)).toEqual([
          ...model.factors.keys(),
        ]);
        for (const { customer, factors, recoveryHashes, stop, waitsUntil } of state.customers.values()) {
          const known = defined(model.factors.get(customer), 'a customer of the model');
          expect(recoveryHashes).toEqual([...known.codes]);
          const told = known.factors.filter(({ number }) => factors.some(({ id }) => id === number));
          expect(
            factors.map((one) => [one.id, one.status, one.usableFrom, one.failures, one.timeStep]),
          ).toEqual(
            told.map((one) => [
              one.number,
              STATUS[one.state],
              one.worksFrom ?? null,
              one.wrong.length,
              one.lastStep,
            ]),
          );
          expect([stop?.stopped ?? false, waitsUntil ?? 0]).toEqual([
            model.stops.has(customer),
            model.stops.waitOf(customer),
          ]);
          const forgotten = known.factors.filter((one) => !told.includes(one));
          expect(forgotten.filter(({ state }) => state !== 'gone')).toEqual([]);
        }
        const words = { waits: 'proposed', done: 'executed', rejected: 'rejected' };
        expect(
          [...state.proposals.values()].map(({ id, status }) => [
            id,
            status.replace('execution_refused', 'executed'),
          ]),
        ).toEqual([...model.proposals.values()].map((one) => [one.number, words[one.state]]));
        for (const [id, { legs }] of state.originals) {
          const moved = model.reversals.get(id);
          const back = typeof moved === 'string' ? [] : moved?.map((leg) => [leg.amount, leg.back]);
          expect([id, legs.map(({ amount, reversed }) => [amount, reversed])]).toEqual([id, back]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('writes the same log and answers, however a script is cut into batches', () => {
    fc.assert(
      fc.property(scripts, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (steps, sizes) => {
        const alone = foldAll(LEDGER, oneByOne(steps), AT);
        const together = foldAll(LEDGER, split(steps, sizes), AT);
        expect(newestPoolTotals(together.rows)).toEqual(newestPoolTotals(alone.rows));
        expect(withoutPoolTotals(together.rows)).toEqual(withoutPoolTotals(alone.rows));
        expect(together.results).toEqual(alone.results);
        expect(forgetUnreversed(together.state)).toEqual(forgetUnreversed(alone.state));
      }),
      { numRuns: 150 },
    );
  });

  test('writes the same log when it forgets everything between batches and asks for what it needs', () => {
    fc.assert(
      fc.property(scripts, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (steps, sizes) => {
        const batches = split(steps, sizes);
        const remembering = foldAll(LEDGER, batches, AT);
        const forgetful = foldAll(LEDGER, batches, AT, 'nothing');
        expect(forgetful.rows).toEqual(remembering.rows);
        expect(forgetful.results).toEqual(remembering.results);
      }),
      { numRuns: 150 },
    );
  });

  test('writes the same log when it reads the totals of all accounts again for every batch, and nothing else of them', () => {
    fc.assert(
      fc.property(scripts, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), (steps, sizes) => {
        const batches = split(steps, sizes);
        const remembering = foldAll(LEDGER, batches, AT);
        const forgetful = foldAll(LEDGER, batches, AT, 'no totals');
        expect(forgetful.rows).toEqual(remembering.rows);
        expect(forgetful.results).toEqual(remembering.results);
      }),
      { numRuns: 150 },
    );
  });

  test('writes the same log and answers when it remembers results here and there, a group in parts', () => {
    fc.assert(
      fc.property(scripts, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), (steps, sizes) => {
        const batches = split(steps, sizes);
        const remembering = foldAll(LEDGER, batches, AT);
        const forgetful = foldAll(LEDGER, batches, AT, 'some results');
        expect(forgetful.rows).toEqual(remembering.rows);
        expect(forgetful.results).toEqual(remembering.results);
      }),
      { numRuns: 200 },
    );
  });

  test('writes the same log again from the commands that its events record', () => {
    fc.assert(
      fc.property(scripts, (steps) => {
        const { rows } = foldAll(LEDGER, [steps], AT);
        const groups = new Map<string, { size: number }>();
        const batches = new Map<string, Item[]>();
        for (const { body } of rows.events) {
          const event = readEvent(body);
          const { group } = event;
          if (group && !groups.has(group.first)) groups.set(group.first, { size: group.size });
          const item = itemOf(event, LEDGER, [], group && groups.get(group.first));
          batches.set(event.at, [...(batches.get(event.at) ?? []), item]);
        }
        const log = new MemoryLog();
        const state = new LedgerState(LEDGER);
        state.owners.keepsAll = true;
        for (const [text, items] of batches) {
          const at = defined(parseMicros(text), 'a time');
          log.teach(state, items, at);
          log.append(foldBatch(state, log.events.length, at, items).rows);
        }
        expect(log.events).toEqual(rows.events);
        expect(log.entries).toEqual(rows.entries);
        expect(log.holds).toEqual(rows.rare.holds);
        expect(log.reversals).toEqual(rows.rare.reversals);
      }),
      { numRuns: 150 },
    );
  });

  test('keeps the sum of every currency at zero, and moves no account past a bound', () => {
    fc.assert(
      fc.property(scripts, (steps) => {
        const { state, rows } = foldAll(LEDGER, [steps], AT);
        const sums = new Map<string, bigint>();
        for (const { identity, debits, credits } of state.accounts.values())
          sums.set(identity.currency, (sums.get(identity.currency) ?? 0n) + credits - debits);
        expect([...sums.values()].filter((sum) => sum !== 0n)).toEqual([]);
        const byEvent = new Map<number, bigint>();
        for (const { position, amount } of rows.entries)
          byEvent.set(Math.floor(position / 256), (byEvent.get(Math.floor(position / 256)) ?? 0n) + amount);
        expect([...byEvent.values()].filter((sum) => sum !== 0n)).toEqual([]);
        for (const { account, position, amount, debits, credits } of rows.entries) {
          const { identity } = state.accounts.get(account) as AccountState;
          const settings = settingsAt(rows, account, Math.floor(position / 256));
          const sign = ['asset', 'expense'].includes(identity.kind) ? -1n : 1n;
          const balance = sign * (credits - debits);
          const moved = sign * amount;
          if (moved < 0n && settings.floor !== null) expect(balance).toBeGreaterThanOrEqual(settings.floor);
          if (moved > 0n && settings.ceiling !== null) expect(balance).toBeLessThanOrEqual(settings.ceiling);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('dates entries so that every balance by effective time is what the movements come to', () => {
    fc.assert(
      fc.property(scripts, (steps) => {
        const model = modelOf();
        const times = timesOf(steps, AT);
        for (const [i, step] of steps.entries()) model.perform(step, times[i] as number);
        const { state, rows } = foldAll(LEDGER, oneByOne(steps), AT);
        const dated = (rows.rare.effective as string[][]).map((row) => row.map(BigInt));
        const postedAt = rows.events.map(({ body }) => defined(parseMicros(readEvent(body).at), 'a time'));
        const timeOf = (position: number): number => postedAt[Math.floor(position / 256) - 1] as number;
        // As account_effective adds them up: what is posted by then, and what came later and is dated back.
        const net = (account: number, effective: number, known: number): bigint => {
          const posted = rows.entries.findLast(
            (entry) => entry.account === account && timeOf(entry.position) <= Math.min(effective, known),
          );
          const later = dated.filter(([of, position, at]) => {
            const time = timeOf(Number(position));
            return Number(of) === account && time > effective && time <= known && Number(at) <= effective;
          });
          const before = posted ? posted.credits - posted.debits : 0n;
          return later.reduce((sum, [, , , amount]) => sum + (amount as bigint), before);
        };
        const effectives = [...dated.map(([, , at]) => Number(at)), ...postedAt];
        for (const account of state.accounts.keys())
          for (const effective of effectives.slice(0, 12))
            for (const known of [
              postedAt[Math.floor(postedAt.length / 2)] as number,
              postedAt.at(-1) as number,
            ])
              expect(net(account, effective, known)).toBe(
                effectiveNet(model.movements, account, effective, known),
              );
      }),
      { numRuns: 150 },
    );
  });

  test('changes nothing but refused counters when it refuses, and nothing at all when it fails or replays', () => {
    fc.assert(
      fc.property(scripts, (steps) => {
        const state = new LedgerState(LEDGER);
        state.owners.keepsAll = true;
        let head = 0;
        for (const step of steps) {
          const before = structuredClone(totalsOf(state));
          const { rows, results } = foldBatch(state, head, AT, itemsOf(LEDGER, step, 'req'));
          head += rows.events.length;
          const stored = results.some((result) => result.kind === 'recorded' && !result.replayed);
          const refused = rows.events.length > 0 && rows.events.every(({ code }) => code !== '');
          if (!stored) expect([rows, totalsOf(state)]).toEqual([emptyOf(rows), before]);
          if (refused) {
            expect(rows.entries.filter(({ amount }) => amount !== 0n)).toEqual([]);
            // A wrong code is counted.
            // And an approval is decided, whatever comes of it.
            expect({ ...rows.rare, customers: [], proposal_decisions: [] }).toEqual(emptyOf(rows).rare);
            expect(withoutRefusals(totalsOf(state))).toEqual(withoutRefusals(before));
          }
          if (step.atomic)
            expect(new Set(rows.events.map(({ code }) => code === '')).size).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** One row a pool and batch: how a script is cut shows in them, but not in the newest of each pool. */
const newestPoolTotals = ({ rare }: BatchRows): Map<unknown, Json> =>
  new Map((rare.pool_totals as Json[][]).map((row) => [row[0], row as Json]));
const withoutPoolTotals = ({ rare, ...rows }: BatchRows) => ({ ...rows, rare: { ...rare, pool_totals: [] } });

/** What nobody reversed may be in memory or not, and what was asked about owners: it says nothing that its event does not say. */
function forgetUnreversed(state: LedgerState): LedgerState {
  for (const [id, { changed }] of state.originals) if (changed === id) state.originals.delete(id);
  state.forgetAbsent();
  return state;
}

/** The bounds in force at an event, from the rows that the fold wrote. */
function settingsAt({ rare }: BatchRows, account: number, event: number) {
  const rowOf = (rare.settings as (string | null)[][]).findLast(
    ([id, number]) => Number(id) === account && Number(number) <= event,
  );
  const [, , floor, ceiling] = defined(rowOf, `settings of account ${account} at event ${event}`);
  const minor = (text: string | null | undefined): bigint | null =>
    text === null || text === undefined ? null : BigInt(text);
  return { floor: minor(floor), ceiling: minor(ceiling) };
}

/** What a transfer can be found by, posted or refused. */
function searchRowsOf({ body }: { readonly body: string }): SearchRow[] {
  const { data, number, type } = readEvent(body);
  if (!['transfer.create', 'transfer.adjust', 'transfer.reverse', 'transfer.execute'].includes(type))
    return [];
  const {
    reference,
    reason,
    metadata = {},
  } = data as {
    reference?: string;
    reason?: string;
    metadata?: Record<string, string>;
  };
  const fields = Object.entries(metadata).map(([name, value]) => [`metadata.${name}`, value] as const);
  const first = reference === undefined ? [] : [['reference', reference] as const];
  const last = reason === undefined ? [] : [['reason', reason] as const];
  return [...first, ...fields, ...last].map(([field, value]) => ({ field, value, number: Number(number) }));
}

const emptyOf = (rows: ReturnType<typeof foldBatch>['rows']) => ({
  events: [],
  entries: [],
  search: [],
  rare: Object.fromEntries(Object.keys(rows.rare).map((name) => [name, []])),
});

const totalsOf = (state: LedgerState): AccountState[] => [...state.accounts.values()];

const withoutRefusals = (accounts: readonly AccountState[]) =>
  accounts.map(({ refusedCount: _refused, version: _version, changed: _changed, ...rest }) => rest);
