/** What can be asked of the benchmark, and how large its sizes are. */
import { parseArgs } from 'node:util';
import type { Size } from './workload.ts';

export const HELP = `npm run bench -- [options]
  --size smoke|standard   smoke: seconds, some workloads of each kind, to see that they run; standard: the figures (default)
  --only PATTERN          workloads whose name matches this regular expression; may be given several times
  --rounds N              rounds, in alternating order (default 3; smoke: 1); without --only, what no figure is promised of runs once
  --list                  name the workloads and end
  --database              on the server of DATABASE_URL and DATABASE_OWNER_URL, in databases of its own
  --data DIR              keeps its data there, so that the next run need not seed again
  --set NAME=VALUE        a setting of the embedded PostgreSQL; may be given several times
  --sample DIR            the AMLSim sample, unpacked (nodes.csv, transactions.csv): imported beside the rest
  --json [FILE]           write the figures as JSON; without a file, to standard output in place of the report
  --out DIR               write report.md, report.json and plots
  --check                 exit 1 when a promised figure is missed
  --curves DIR            measure the scaling curves, point by point; started again, it goes on where it stopped
  --compare REV[,REV]     this tree, or two revisions, against each other in fresh processes
`;

export interface Options {
  readonly size: Size;
  readonly only: readonly RegExp[];
  readonly rounds: number;
  readonly list: boolean;
  readonly ownServer: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly dataDir: string | undefined;
  readonly sample: string | undefined;
  /** `-`: standard output. */
  readonly json: string | undefined;
  readonly out: string | undefined;
  readonly check: boolean;
  readonly curves: string | undefined;
  readonly compare: readonly string[] | undefined;
  readonly help: boolean;
}

const SIZES: Readonly<Record<Size['name'], Size>> = {
  smoke: { name: 'smoke', accounts: 200, transfers: 1_000, seconds: 0.6 },
  standard: { name: 'standard', accounts: 100_000, transfers: 100_000, seconds: 3 },
};

/** The message is for the caller. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Fails with UsageError. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const { size, rounds = values.size === 'smoke' ? '1' : '3' } = values;
  if (size !== 'smoke' && size !== 'standard') throw new UsageError('--size must be smoke or standard');
  if (!/^[1-9]\d?$/.test(rounds)) throw new UsageError('--rounds must be a number from 1 to 99');
  return {
    size: SIZES[size],
    only: values.only.map((pattern) => new RegExp(pattern)),
    rounds: Number(rounds),
    list: values.list,
    ownServer: values.database,
    settings: Object.fromEntries(values.set.map(settingOf)),
    dataDir: values.data,
    sample: values.sample,
    json: values.json,
    out: values.out,
    check: values.check,
    curves: values.curves,
    compare: values.compare?.split(','),
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.flatMap((arg, i) =>
        arg === '--json' && (args[i + 1] ?? '--').startsWith('--') ? ['--json', '-'] : [arg],
      ),
      options: {
        size: { type: 'string', default: 'standard' },
        only: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string' },
        list: { type: 'boolean', default: false },
        database: { type: 'boolean', default: false },
        set: { type: 'string', multiple: true, default: [] },
        data: { type: 'string' },
        sample: { type: 'string' },
        json: { type: 'string' },
        out: { type: 'string' },
        check: { type: 'boolean', default: false },
        curves: { type: 'string' },
        compare: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError((cause as Error).message);
  }
}

function settingOf(text: string): [string, string] {
  const match = /^([a-z_.]+)=(.+)$/.exec(text);
  if (!match) throw new UsageError(`--set must be name=value, as in shared_buffers=2GB; it is ${text}`);
  return [match[1] as string, match[2] as string];
}
