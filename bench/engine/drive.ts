/**
 * A closed loop on the posters of this process: as soon as a slice is answered, the next one is made and put in line,
 * so that full batches always wait. Items are made inside the clock, by the code that the use case of a transfer runs
 * (its command, canonical payload, fingerprint and stored key); only reading JSON and rendering answers is left out.
 */

import { legsOf } from '../../src/engine/batch-weight.ts';
import { type Item, makeItem } from '../../src/engine/command.ts';
import type { ItemResult } from '../../src/engine/fold.ts';
import type { Posters } from '../../src/engine/posters.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import { randomNumbers, uuidsV4, uuidsV7 } from '../random.ts';
import { BENCH_ACTOR } from '../seed.ts';
import { accountCode, CURRENCY } from '../workload.ts';
import { type Intent, intents, type Load } from './loads.ts';

export const SLICE = 250;
/** Batches in line: two at the database, the rest gathers and has its accounts read ahead. */
const WINDOW_BATCHES = 8;
/** Legs; below the bound of the queue. */
const WINDOW_MAX = 16_000;
const HOLD_SECONDS = 604_800;
export const PATIENCE_MS = 60_000;
export const KEYS_FROM_MS = Date.UTC(2026, 5, 1);

/** How many legs may be in line at once. */
export const windowOf = (batchMax: number): number => Math.min(WINDOW_BATCHES * batchMax, WINDOW_MAX);

export interface Driven {
  readonly posted: number;
  readonly refused: number;
  readonly replayed: number;
  readonly seconds: number;
}

export interface Bound {
  readonly transfers: number;
  /** Ends earlier after this long. */
  readonly seconds?: number | undefined;
  readonly batchMax: number;
  /** Called for every transfer that was answered. */
  readonly onSettled?: (result: ItemResult) => void;
}

/** The items of a load, one at each call; a load names the same keys whenever it is made. */
export function itemsOf(ledgerId: number, load: Load): () => Item {
  const nextIntent = intents(load);
  const random = randomNumbers(load.seed ^ 0x5bd1_e995);
  const nextKey =
    load.keys === 'v4'
      ? uuidsV4(random)
      : uuidsV7(random, KEYS_FROM_MS + (load.seed % 1_000_000) * 3_600_000);
  const held = load.held ? { hold: { expires_in_seconds: HOLD_SECONDS } } : {};
  let made = 0;
  return () => {
    const request = requestOf(nextIntent());
    const described = load.described
      ? { reference: `invoice-${made}`, metadata: { branch: `b${made % 97}`, channel: `c${made % 5}` } }
      : {};
    made++;
    return makeItem(
      ledgerId,
      transferCommand({ ...request, ...described, ...held }),
      BENCH_ACTOR,
      nextKey(),
      'req_bench',
    );
  };
}

/** As a client would send it. */
const requestOf = ({ legs }: Intent) => ({
  legs: legs.map(({ debit, credit, units }) => ({
    debit: accountCode(debit),
    credit: accountCode(credit),
    amount: `${units}.00`,
    currency: CURRENCY,
  })),
});

export async function drive(
  posters: Posters,
  ledgerId: number,
  nextItem: () => Item,
  { transfers, seconds = Number.POSITIVE_INFINITY, batchMax, onSettled }: Bound,
): Promise<Driven> {
  const slice = Math.min(SLICE, batchMax);
  const window = windowOf(batchMax);
  const counts = { posted: 0, refused: 0, replayed: 0 };
  const inLine: { answers: Promise<ItemResult>[]; legs: number }[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  let left = transfers;
  let legs = 0;
  // What the next slice will weigh: as much as the last one did.
  let sliceLegs = slice;
  while (left > 0 || legs > 0) {
    while (left > 0 && (legs === 0 || legs + sliceLegs <= window)) {
      const items = Array.from({ length: Math.min(slice, left) }, nextItem);
      sliceLegs = items.reduce((sum, item) => sum + legsOf(item), 0);
      inLine.push({ answers: posters.submit(ledgerId, items, PATIENCE_MS), legs: sliceLegs });
      legs += sliceLegs;
      left -= items.length;
    }
    const oldest = inLine.shift() as (typeof inLine)[number];
    for (const answer of oldest.answers) {
      const result = await answer;
      if (result.kind === 'failed') throw new Error(`a transfer failed: ${result.code}`);
      if (result.replayed) counts.replayed++;
      else counts[result.result.code === '' ? 'posted' : 'refused']++;
      onSettled?.(result);
    }
    legs -= oldest.legs;
    if (performance.now() >= endMs) left = 0;
  }
  return { ...counts, seconds: (performance.now() - startedMs) / 1000 };
}
