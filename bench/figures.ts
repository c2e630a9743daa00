/**
 * What this version promises on two cores, clients on the same machine: `--check` asserts it. What goes over HTTP is said
 * beside an empty Hono request of the same run, too: the absolute figures were set where Hono answers an empty GET 77,000 times a second and more.
 */
import { EMPTY_MANY, EMPTY_ONE, p99MsOf } from './report/by-empty.ts';
import type { Result } from './report/results.ts';

export interface Checked {
  readonly promise: string;
  /** Undefined: what it needs was not measured. */
  readonly found: number | undefined;
  readonly limit: number;
  /** The same figure by that of empty requests, where it goes over HTTP. */
  readonly byEmpty: number | undefined;
  readonly kept: boolean | undefined;
}

type Results = (name: string) => Result | undefined;

interface Promised {
  readonly promise: string;
  readonly atLeast?: number;
  readonly below?: number;
  readonly found: (of: Results) => number | undefined;
  readonly byEmpty?: (of: Results) => number | undefined;
}

const rate = (name: string) => (of: Results) => of(name)?.median;
const ratio = (name: string, to: string) => (of: Results) => quotient(of(name)?.median, of(to)?.median);
const memory = (name: string) => (of: Results) => quotient(of(name)?.memoryBytesMax, 1e6);
const p99Ms = (name: string) => (of: Results) => {
  const result = of(name);
  return result && p99MsOf(result);
};
const overHttp = (name: string): Pick<Promised, 'found' | 'byEmpty'> => ({
  found: rate(name),
  byEmpty: (of) => of(name)?.byEmpty?.rate,
});
const p99OverHttp = (name: string): Pick<Promised, 'found' | 'byEmpty'> => ({
  found: p99Ms(name),
  byEmpty: (of) => of(name)?.byEmpty?.p99,
});
const more = (name: string, key: string) => (of: Results) => of(name)?.more[key];
const quotient = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one / other;

const UNIFORM = 'engine/uniform';
const TWO = 'process/two processes, one ledger';
const TWO_SERVERS = 'http/two servers, one ledger';
const MANY = 'http/256 connections';
/** Servers whose peak memory counts. */
const SERVERS = [MANY, 'bulk/batches', 'bulk/lines', 'http/overload', 'bulk/overload'];

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
  {
    promise: 'uniform where every account has a windowed limit, by uniform',
    atLeast: 0.85,
    found: ratio('engine/limited', UNIFORM),
  },
  { promise: 'hot account by uniform', atLeast: 1, found: ratio('engine/hot account', UNIFORM) },
  {
    promise: 'beside an open snapshot by uniform',
    atLeast: 0.9,
    found: ratio('engine/open snapshot', UNIFORM),
  },
  // A pair costs at most 2.5 times a transfer.
  {
    promise: 'pairs of hold and capture by uniform',
    atLeast: 0.4,
    found: ratio('engine/hold and capture', UNIFORM),
  },
  { promise: 'replays a second', atLeast: 20_000, found: rate('engine/replay') },
  { promise: 'two processes on one ledger by one alone', atLeast: 0.65, found: ratio(TWO, UNIFORM) },
  { promise: 'the slower of two processes by the faster', atLeast: 0.5, found: more(TWO, 'slowerByFaster') },
  {
    promise: 'two servers on one ledger by one alone',
    atLeast: 0.65,
    found: more(TWO_SERVERS, 'togetherByAlone'),
  },
  {
    promise: 'the slower of two servers by the faster',
    atLeast: 0.5,
    found: more(TWO_SERVERS, 'slowerByFaster'),
  },
  {
    promise: 'a lone request beside a flood from another process, p99 in ms',
    below: 100,
    found: p99Ms('http/lone request beside a flood'),
  },
  { promise: 'bulk over HTTP, transfers a second', atLeast: 20_000, ...overHttp('bulk/batches') },
  { promise: 'single transfers over 256 connections, a second', atLeast: 8_000, ...overHttp(MANY) },
  { promise: 'single transfers over 256 connections, p99 in ms', below: 60, ...p99OverHttp(MANY) },
  {
    promise: 'single transfers over one connection, a second',
    atLeast: 1_000,
    ...overHttp('http/1 connection'),
  },
  {
    promise: 'goodput at five times the load by the peak',
    atLeast: 0.8,
    found: more('http/overload', 'goodputByPeak'),
  },
  {
    promise: 'goodput of an overload in bulk by the peak',
    atLeast: 0.8,
    found: more('bulk/overload', 'goodputByPeak'),
  },
  {
    promise: 'p99 of transfers in a storm of sign-ins by that without one',
    below: 1.5,
    found: more('http/sign-in storm', 'p99ByCalm'),
  },
  ...SERVERS.map((name) => ({
    promise: `memory of the server in ${name}, MB`,
    below: 400,
    found: memory(name),
  })),
  { promise: 'import, payments a second', atLeast: 15_000, found: rate('import/generated') },
  { promise: 'import, MB of memory', below: 300, found: memory('import/generated') },
  { promise: 'second start, seconds', below: 5, found: rate('process/start') },
  {
    promise: 'decisions of 20 rules over ready facts, a second of one core',
    atLeast: 300_000,
    found: rate('rules/decisions'),
  },
];

/** Workloads that a promise looks at, and those that it is held against. */
export const promisedNames: ReadonlySet<string> = new Set([
  EMPTY_ONE,
  EMPTY_MANY,
  ...PROMISES.flatMap(({ found }) => {
    const names: string[] = [];
    found((name) => {
      names.push(name);
      return undefined;
    });
    return names;
  }),
]);

export function checkFigures(results: readonly Result[]): Checked[] {
  const byName = new Map(results.map((result) => [result.name, result]));
  return PROMISES.map(({ promise, atLeast, below, found: find, byEmpty }) => {
    const of: Results = (name) => byName.get(name);
    const found = find(of);
    const limit = atLeast ?? below ?? Number.NaN;
    const kept = found === undefined ? undefined : atLeast === undefined ? found < limit : found >= limit;
    return {
      promise: `${promise} (${atLeast === undefined ? 'below' : 'at least'} ${limit})`,
      found,
      limit,
      byEmpty: byEmpty?.(of),
      kept,
    };
  });
}
