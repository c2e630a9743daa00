/**
 * The closed loop of pairs: each transfer of the load is held, and captured whole as soon as its answer is there. What is
 * answered makes room for the next, so captures and new holds stand in line together, as they do in a bank.
 */
import { type Item, makeItem } from '../../src/engine/command.ts';
import type { ItemResult } from '../../src/engine/fold.ts';
import type { Posters } from '../../src/engine/posters.ts';
import { randomNumbers, uuidsV7 } from '../random.ts';
import { BENCH_ACTOR } from '../seed.ts';
import { type Bound, type Driven, KEYS_FROM_MS, PATIENCE_MS, SLICE, windowOf } from './drive.ts';

const CAPTURE_KEYS_SEED = 0x2545_f491;

/** `transfers` counts pairs. Requires a load whose transfers are held; `seed` is the load's. */
export async function drivePairs(
  posters: Posters,
  ledgerId: number,
  nextHold: () => Item,
  seed: number,
  { transfers, seconds = Number.POSITIVE_INFINITY, batchMax }: Bound,
): Promise<Driven> {
  const slice = Math.min(SLICE, batchMax);
  const window = windowOf(batchMax);
  const nextKey = uuidsV7(randomNumbers(seed ^ CAPTURE_KEYS_SEED), KEYS_FROM_MS);
  const captureOf = (hold: number): Item =>
    makeItem(ledgerId, { type: 'transfer.capture', hold, final: false }, BENCH_ACTOR, nextKey(), 'req_bench');
  const inLine: { readonly captures: boolean; readonly answers: readonly Promise<ItemResult>[] }[] = [];
  const submit = (captures: boolean, items: readonly Item[]): void => {
    inLine.push({ captures, answers: posters.submit(ledgerId, items, PATIENCE_MS) });
  };
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  let left = transfers;
  let size = 0;
  let posted = 0;
  while (left > 0 || size > 0) {
    while (left > 0 && size + slice <= window) {
      const items = Array.from({ length: Math.min(slice, left) }, nextHold);
      submit(false, items);
      size += items.length;
      left -= items.length;
    }
    const oldest = inLine.shift();
    if (!oldest) break;
    const numbers: number[] = [];
    for (const answer of oldest.answers) {
      const result = await answer;
      if (result.kind === 'failed' || result.replayed || result.result.code !== '')
        throw new Error(`half of a pair was not carried out: ${JSON.stringify(result)}`);
      numbers.push(result.result.number);
    }
    if (oldest.captures) {
      size -= numbers.length;
      posted += numbers.length;
    } else submit(true, numbers.map(captureOf));
    if (performance.now() >= endMs) left = 0;
  }
  return { posted, refused: 0, replayed: 0, seconds: (performance.now() - startedMs) / 1000 };
}
