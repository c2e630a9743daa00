/**
 * Scaling curves, resumable point by point: each point is a JSON file of the directory, and one that is there is not
 * measured again. Seeds and ledgers that grow are kept beside them, in the directory's own database.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importCurve } from './command/import.ts';
import { engineCurves } from './engine/curves.ts';
import { measuredOf } from './http/measured.ts';
import { ServedLedger } from './http/served.ts';
import type { Options } from './options.ts';
import { bytes, figure } from './report/numbers.ts';
import { lineChart } from './report/svg.ts';
import { json } from './report/write.ts';
import { type Note, perSecond } from './rounds.ts';
import type { OpenStage } from './stage.ts';
import { median, spread } from './statistics.ts';
import type { Curve, Measured } from './workload.ts';

interface Point {
  readonly curve: string;
  readonly point: number;
  readonly rounds: readonly Measured[];
  /** The point that a promise holds this one against, measured in turns with it. */
  readonly beside?: readonly Measured[];
}

const connectionsCurve: Curve = {
  name: 'connections',
  what: 'single transfers over HTTP, each connection asks when the last request is answered',
  x: 'connections',
  points: [1, 4, 16, 64, 256, 1_024],
  async run(stage, size, connections) {
    const served = await ServedLedger.open(stage, size);
    const report = await served.load(size, { connections });
    return { ...measuredOf(report), ...(await served.close(size)) };
  },
};

const allCurves: readonly Curve[] = [...engineCurves, connectionsCurve, importCurve];

/**
 * What must hold between two points of a curve: so much of the first is left at the second, or a further figure has grown
 * by so much at most. A machine that others use
 * has another pace by the time that a ledger has grown, so the first is measured again in turns with the second.
 */
const PROMISES: readonly CurvePromise[] = [
  { curve: 'accounts', from: 10 ** 4, to: Math.round(10 ** 6.5), least: 0.8 },
  { curve: 'history', from: 10 ** 5, to: 10 ** 7, least: 0.8 },
  { curve: 'history', from: 10 ** 5, to: 10 ** 7, figure: 'asOfMicros', most: 1.5 },
  { curve: 'history', from: 10 ** 5, to: 10 ** 7, figure: 'statementMicros', most: 1.5 },
];

type CurvePromise = { readonly curve: string; readonly from: number; readonly to: number } & (
  | { readonly least: number }
  | { readonly figure: string; readonly most: number }
);

/** Figures that a promise looks at stand in the table. */
const FURTHER = PROMISES.flatMap((promise) => ('figure' in promise ? [promise.figure] : []));

const chosenCurves = ({ only }: Pick<Options, 'only'>): readonly Curve[] =>
  allCurves.filter(({ name }) => only.length === 0 || only.some((pattern) => pattern.test(name)));

/** The data directory of the curves' database. */
export const curvesData = (directory: string): string => join(directory, 'data');

const fileOf = (directory: string, curve: string, point: number | 'verified'): string =>
  join(directory, `${curve.replaceAll(/[^a-z0-9]+/gi, '-')}-${point}.json`);

/** The promises that are missed; what is not measured yet misses nothing. */
export async function measureCurves(stage: OpenStage, options: Options, note: Note): Promise<string[]> {
  const directory = options.curves as string;
  await mkdir(directory, { recursive: true });
  const curves = chosenCurves(options);
  const points = curves.flatMap((curve) => curve.points.map((point) => ({ curve, point })));
  for (const [i, { curve, point }] of points.entries()) {
    if ((await read(directory, curve.name, point)) === undefined) {
      note(`${curve.name}, ${figure(point)} ${curve.x} (${i + 1} of ${points.length})`);
      await writeFile(
        fileOf(directory, curve.name, point),
        json(await measurePoint(stage, options, curve, point)),
      );
      await writeCurves(directory);
    }
    const verified = fileOf(directory, curve.name, 'verified');
    if (
      curve.finish &&
      point === curve.points.at(-1) &&
      (await readFile(verified).catch(() => undefined)) === undefined
    ) {
      note(`${curve.name}: verifying`);
      await curve.finish(stage);
      await writeFile(verified, json({ curve: curve.name, sound: true }));
    }
  }
  await writeCurves(directory);
  return (await checkCurves(directory)).flatMap(({ text, kept }) => (kept ? [] : [text]));
}

async function measurePoint(
  stage: OpenStage,
  { size, rounds: count }: Options,
  curve: Curve,
  point: number,
): Promise<Point> {
  const from = PROMISES.find((promise) => promise.curve === curve.name && promise.to === point)?.from;
  const rounds: Measured[] = [];
  const beside: Measured[] = [];
  for (let round = 0; round < count; round++) {
    if (from !== undefined && curve.beside) beside.push(await curve.beside(stage, size, from));
    rounds.push(await curve.run(stage, size, point));
    await stage.settle({ verify: round === count - 1 });
  }
  return { curve: curve.name, point, rounds, ...(beside.length > 0 && { beside }) };
}

async function checkCurves(directory: string): Promise<{ text: string; kept: boolean }[]> {
  const checks = await Promise.all(
    PROMISES.map(async (promise) => {
      const { curve, to } = promise;
      const { rounds, beside } = (await read(directory, curve, to)) ?? {};
      if (!rounds || !beside) return [];
      const found = compared(promise, rounds, beside);
      return found === undefined ? [] : [found];
    }),
  );
  return checks.flat();
}

/** Undefined where the point was measured before there was such a figure. */
function compared(
  promise: CurvePromise,
  rounds: readonly Measured[],
  beside: readonly Measured[],
): { text: string; kept: boolean } | undefined {
  const { curve, from, to } = promise;
  const measuredBy = (measured: Measured | undefined): number =>
    measured === undefined
      ? Number.NaN
      : 'figure' in promise
        ? (measured.more?.[promise.figure] ?? Number.NaN)
        : perSecond(measured);
  const ratio = median(rounds.map((round, i) => measuredBy(round) / measuredBy(beside[i])));
  if (Number.isNaN(ratio)) return undefined;
  const times = ratio.toFixed(2);
  if ('figure' in promise) {
    const text = `${curve}: ${promise.figure} at ${figure(to)} is ${times} times that at ${figure(from)} (at most ${promise.most})`;
    return { text, kept: ratio <= promise.most };
  }
  const text = `${curve}: ${times} of the figure at ${figure(from)} is left at ${figure(to)} (at least ${promise.least})`;
  return { text, kept: ratio >= promise.least };
}

async function read(directory: string, curve: string, point: number): Promise<Point | undefined> {
  const text = await readFile(fileOf(directory, curve, point), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Point);
}

/** curves.md and a plot for each curve, of the points that are there. */
async function writeCurves(directory: string): Promise<void> {
  const sections: string[] = [];
  for (const curve of allCurves) {
    const found = (await Promise.all(curve.points.map((point) => read(directory, curve.name, point)))).filter(
      (point) => point !== undefined,
    );
    if (found.length === 0) continue;
    const plot = `${curve.name.replaceAll(/[^a-z0-9]+/gi, '-')}.svg`;
    const line = found.map(({ point, rounds }) => [point, median(rounds.map(perSecond))] as const);
    await writeFile(
      join(directory, plot),
      lineChart(`${curve.name}: operations a second`, curve.x, [{ label: curve.name, points: line }]),
    );
    sections.push(
      `## ${curve.name}\n\n${curve.what}\n\n${tableOf(curve, found)}\n![${curve.name}](${plot})\n`,
    );
  }
  const checks = await checkCurves(directory);
  if (checks.length > 0)
    sections.push(
      `## Promised\n\n${checks.map(({ text, kept }) => `- ${text}: ${kept ? 'kept' : 'missed'}`).join('\n')}\n`,
    );
  await writeFile(join(directory, 'curves.md'), `# Scaling curves\n\n${sections.join('\n')}`);
}

function tableOf({ x }: Curve, points: readonly Point[]): string {
  const further = FURTHER.filter((name) =>
    points.some(({ rounds }) => rounds.some(({ more }) => more?.[name] !== undefined)),
  );
  const rows = points.map(({ point, rounds }) => {
    const rates = rounds.map(perSecond);
    const [least, greatest] = spread(rates);
    const memory = Math.max(...rounds.map(({ memoryBytesMax = 0 }) => memoryBytesMax));
    const cells = further.map((name) => figure(median(rounds.map(({ more }) => more?.[name] ?? 0))));
    return `| ${[figure(point), figure(median(rates)), `${figure(least)}–${figure(greatest)}`, memory > 0 ? bytes(memory) : '', ...cells].join(' | ')} |`;
  });
  const head = [x, 'a second', 'spread', 'memory', ...further];
  return `| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n${rows.join('\n')}\n`;
}
