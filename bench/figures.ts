/** What this version promises on two cores, clients on the same machine: `--check` asserts it. */
import type { Result } from './report/results.ts';

export interface Checked {
  readonly promise: string;
  /** Undefined: what it needs was not measured. */
  readonly found: number | undefined;
  readonly limit: number;
  readonly kept: boolean | undefined;
}

type Results = (name: string) => Result | undefined;

interface Promised {
  readonly promise: string;
  readonly atLeast?: number;
  readonly below?: number;
  readonly found: (of: Results) => number | undefined;
}

const rate = (name: string) => (of: Results) => of(name)?.median;
const ratio = (name: string, to: string) => (of: Results) => quotient(of(name)?.median, of(to)?.median);
const memory = (name: string) => (of: Results) => quotient(of(name)?.memoryBytesMax, 1e6);
const more = (name: string, key: string) => (of: Results) => of(name)?.more[key];
const quotient = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one / other;

const UNIFORM = 'engine/uniform';
const TWO = 'process/two processes, one ledger';

const PROMISES: readonly Promised[] = [
  {
    promise: 'uniform at engine level by five statements a transfer',
    atLeast: 6,
    found: ratio(UNIFORM, 'baseline/five statements'),
  },
  {
    promise: 'uniform at engine level by the raw insert of the same rows',
    atLeast: 0.6,
    found: ratio(UNIFORM, 'baseline/raw insert'),
  },
  { promise: 'hot account by uniform', atLeast: 1, found: ratio('engine/hot account', UNIFORM) },
  {
    promise: 'beside an open snapshot by uniform',
    atLeast: 0.9,
    found: ratio('engine/open snapshot', UNIFORM),
  },
  { promise: 'replays a second', atLeast: 20_000, found: rate('engine/replay') },
  { promise: 'two processes on one ledger by one alone', atLeast: 0.65, found: ratio(TWO, UNIFORM) },
  { promise: 'the slower of two processes by the faster', atLeast: 0.5, found: more(TWO, 'slowerByFaster') },
  { promise: 'import, payments a second', atLeast: 15_000, found: rate('import/generated') },
  { promise: 'import, MB of memory', below: 300, found: memory('import/generated') },
  { promise: 'second start, seconds', below: 5, found: rate('process/start') },
];

export function checkFigures(results: readonly Result[]): Checked[] {
  const byName = new Map(results.map((result) => [result.name, result]));
  return PROMISES.map(({ promise, atLeast, below, found: find }) => {
    const found = find((name) => byName.get(name));
    const limit = atLeast ?? below ?? Number.NaN;
    const kept = found === undefined ? undefined : atLeast === undefined ? found < limit : found >= limit;
    return {
      promise: `${promise} (${atLeast === undefined ? 'below' : 'at least'} ${limit})`,
      found,
      limit,
      kept,
    };
  });
}
