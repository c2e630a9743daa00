/** Scripts through the pure fold, in batches of one's choice, and what the results say in the model's words. */
import { parseEvent } from '../../src/audit/event.ts';
import { type BatchRows, emptyRows } from '../../src/engine/batch-rows.ts';
import { fingerprintOf, type Item, makeItem } from '../../src/engine/command.ts';
import { type FoldedBatch, foldBatch, type ItemResult } from '../../src/engine/fold.ts';
import { approvalItem } from '../../src/engine/proposals/approval.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { groupOf } from '../../src/engine/use-case.ts';
import { NO_TOTALS } from '../../src/ledger/account.ts';
import type { Step } from './arbitrary-commands.ts';
import { MemoryLog } from './memory-log.ts';
import type { Predicted } from './model-outcomes.ts';

/** The items of a step, as a use case makes them. */
export function itemsOf(ledgerId: number, { actor, intents, atomic }: Step, request: string): Item[] {
  const group = atomic ? groupOf(intents.length) : undefined;
  return intents.map(({ key, command, approves }) => {
    if (!approves) return makeItem(ledgerId, command, actor, key, request, group);
    const { proposal, isRightHash } = approves;
    const hash = isRightHash ? fingerprintOf(ledgerId, command) : '0'.repeat(64);
    return approvalItem(ledgerId, command, { proposal, hash }, actor, key, request);
  });
}

/** Half of the keys, another half each time. */
const isForgotten = (key: string, time: number): boolean =>
  Number.parseInt(key.replaceAll('-', '').charAt(time % 32), 16) % 2 === 0;

export interface Folded {
  readonly state: LedgerState;
  readonly results: readonly ItemResult[];
  /** All batches one after the other. */
  readonly rows: BatchRows;
}

const MICROS = 1_000_000;

const movesClock = (step: Step | undefined): boolean =>
  step?.intents.some(({ command }) => command.type === 'clock.move') === true;

/** A batch has one time: cut where some passes, and behind a move of the clock, which the batches after it have. */
function atOneTime(batch: readonly Step[]): Step[][] {
  const cut: Step[][] = [];
  for (const step of batch) {
    if (cut.length === 0 || step.later || movesClock(cut.at(-1)?.at(-1))) cut.push([]);
    cut.at(-1)?.push(step);
  }
  return cut;
}

/** The time of each step, where the first batch is folded at `at`. */
export function timesOf(steps: readonly Step[], at: number): number[] {
  let now = at;
  return steps.map(({ later = 0 }) => (now += later * MICROS));
}

/** Folds each batch of steps, the first at the time that is given; a sandbox ledger's clock goes on from there. */
export function foldAll(
  ledgerId: number,
  batches: readonly (readonly Step[])[],
  at: number,
  memory: 'everything' | 'some results' | 'nothing' | 'no totals' = 'everything',
  isSandbox = false,
): Folded {
  const log = new MemoryLog();
  const rows = emptyRows();
  const results: ItemResult[] = [];
  const fresh = (): LedgerState => {
    const state = new LedgerState(ledgerId);
    const [, ahead] = (rows.rare.clock.at(-1) ?? [0, 0]) as readonly unknown[];
    if (isSandbox) state.ahead = Number(ahead);
    return state;
  };
  let state = fresh();
  let step = 0;
  let now = at;
  for (const batch of batches.flatMap(atOneTime)) {
    now += (batch[0]?.later ?? 0) * MICROS;
    const items = batch.flatMap((one) => itemsOf(ledgerId, one, `req-${step++}`));
    const fold = (withKeys: boolean): FoldedBatch => {
      const time = now + (state.ahead ?? 0);
      state.time.pointsMax = 2;
      state.noteAbsent(log.teach(state, items, time, withKeys));
      return foldBatch(state, log.events.length, time, items);
    };
    if (memory === 'nothing') state = fresh();
    if (memory === 'some results') state.results.forgetWhere((_, key) => isForgotten(key, step));
    if (memory === 'no totals') {
      state.forgetTouched([...state.accounts.keys()], []);
      for (const account of state.outdated.values()) Object.assign(account, NO_TOTALS);
    }
    state.forgetAbsent();
    let folded = fold(memory === 'nothing');
    if (folded.rows.events.some(({ key }) => log.events.some((stored) => stored.key === key))) {
      // The unique index refuses the batch; the poster forgets what it folded and looks the keys up.
      state = fresh();
      folded = fold(true);
    }
    results.push(...folded.results);
    log.append(folded.rows);
    rows.events.push(...folded.rows.events);
    rows.entries.push(...folded.rows.entries);
    rows.search.push(...folded.rows.search);
    for (const name of Object.keys(rows.rare) as (keyof typeof rows.rare)[])
      rows.rare[name].push(...folded.rows.rare[name]);
  }
  return { state, results, rows };
}

/** A result as the model predicts it. */
export function asPredicted(result: ItemResult): Predicted {
  if (result.kind === 'failed') return { kind: 'failed', code: result.code };
  const { number, code, body } = result.result;
  const { leg, type } = parseEvent(body);
  const proposed = type === 'proposal.create' ? { proposed: true as const } : {};
  if (result.replayed) return { kind: 'replay', number, code, ...proposed };
  return { kind: 'event', number, code, leg, ...proposed };
}
