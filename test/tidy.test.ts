/**
 * The house rules, read off the files themselves: what stands where, who may import whom, how large a file may be.
 * A rule that is broken names the file and what to do; an exception stands in this file, with its reason.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FAILURE_CODES } from '../src/kernel/failure.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const THIS = 'test/tidy.test.ts';

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

function read(folder: string, pattern: RegExp): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => {
      const path = relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/');
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, lines: text.trimEnd().split('\n').length };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const CODE = /\.(ts|mjs)$/;
const src = read('src', CODE);
const tests = read('test', CODE);
const bench = read('bench', CODE);
/** schema.sql is generated: nobody writes it, so nobody has to keep it short. */
const sql = read('sql', /\.sql$/).filter(({ path }) => path !== 'sql/schema.sql');
const everything = [...src, ...tests, ...bench, ...sql].filter(({ path }) => path !== THIS);
const functions = sql.filter(({ path }) => path.startsWith('sql/functions/'));
const pathsOf = (files: readonly SourceFile[]): string[] => files.map(({ path }) => path);

describe('the tree', () => {
  test('has nothing at its top that is not part of the house', () => {
    const allowed =
      `.ci .gitignore .npmrc LICENSE README.md SANDBOX.md SECURITY.md bench biome.json knip.json package-lock.json package.json
      sql src test tsconfig.json vitest.config.ts`.split(/\s+/);
    const ignored = /^(\.git|node_modules|\.bahi|coverage|.*\.log)$/;
    const found = readdirSync(ROOT).filter((name) => !ignored.test(name));
    expect(found.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test('has a README that maps each of its folders', () => {
    const map = readFileSync(join(ROOT, 'src/README.md'), 'utf8');
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).filter((name) => !map.includes(`${name}/`))).toEqual([]);
  });
});

describe('files', () => {
  test('none is above 400 lines, but for a table of cases', () => {
    const long = everything.filter(({ path, lines }) => lines > 400 && path !== 'test/conformance/table.ts');
    expect(pathsOf(long)).toEqual([]);
  });

  test('half of them are at most 120 lines, and nine of ten at most 300', () => {
    const lengths = everything.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(120);
    expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThanOrEqual(300);
  });

  test('each begins with a comment that says what it is', () => {
    const silent = [...src, ...bench].filter(({ text }) => !/^(#!.*\n)?\/\*\*[\s\S]{20,}?\*\//.test(text));
    expect(pathsOf(silent)).toEqual([]);
  });

  test('none leaves work for later, or a test behind that runs alone or not at all without a reason', () => {
    const later = /\b(TODO|FIXME|HACK)\b|(\/\/|^\s*(\*|--))[^\n]*\bXXX\b/m;
    expect(pathsOf(everything.filter(({ text }) => later.test(text)))).toEqual([]);
    const alone = /\b(test|it|describe)(\.\w+)*\.(only|todo)\b/;
    expect(pathsOf(tests.filter(({ path, text }) => path !== THIS && alone.test(text)))).toEqual([]);
    const skipped = /^(?!.*(\/\/ |\(skipped )).*\b(test|it|describe)(\.\w+)*\.(skip|skipIf|runIf)\b.*$/m;
    const unreasoned = tests.filter(({ path, text }) => path !== THIS && skipped.test(text));
    expect(
      pathsOf(unreasoned),
      'give the reason in the title, (skipped …), or in a comment on the line',
    ).toEqual([]);
  });

  test('none writes to the console', () => {
    expect(pathsOf([...src, ...bench].filter(({ text }) => /\bconsole\.\w+\(/.test(text)))).toEqual([]);
  });

  test('none holds a path of somebody’s machine or the host of a package registry', () => {
    const texts = [
      ...everything,
      ...read(
        '.',
        /^(package(-lock)?|biome|knip|tsconfig)\.json$|^\.npmrc$|^vitest\.config\.ts$|\.md$/,
      ).filter(({ path }) => !path.startsWith('node_modules/')),
      ...read('.ci', /./),
    ];
    const local =
      /(?<![\w.])\/(work|home|root|Users)\/\w|[A-Z]:\\\\?Users|registry\.[a-z]|artifactory|"resolved":/;
    expect(pathsOf(texts.filter(({ path, text }) => path !== THIS && local.test(text)))).toEqual([]);
  });
});

/** Folders of features: pure but for their store.ts and job.ts. */
const FEATURES = ['audit', 'fraud', 'identity', 'ledger', 'privacy'];
/** Files that put things together: they may import everything. */
const ENTRIES = ['main.ts', 'cli.ts', 'serve.ts', 'runtime.ts', 'config.ts', 'shell-actor.ts'];
/** Where db and platform may be reached beside the entries. */
const REACHES_OUT = /(^|\/)(store|reads(-[a-z-]+)?|job)\.ts$/;
/** The one mapper of faults to problems has to know a fault of the database; one verb writes the schema out. */
const EXCEPTIONS = ['http/problem.ts db/fault.ts', 'cli/migrate.ts db/schema-dump.ts'];

/** Says its version. */
const VERSION = '../package.json';

const MAY_IMPORT: Record<string, readonly string[]> = {
  kernel: ['kernel'],
  platform: ['platform', 'kernel'],
  db: ['db', 'kernel'],
  ...Object.fromEntries(FEATURES.map((feature) => [feature, [feature, 'kernel']])),
  engine: ['engine', ...FEATURES, 'kernel'],
  http: ['http', 'engine', ...FEATURES, 'kernel'],
  cli: ['cli', 'engine', ...FEATURES, 'kernel', 'config.ts', 'runtime.ts', 'serve.ts', 'shell-actor.ts'],
};

/** Paths under src of what a file imports of ours, types and dynamic imports too. */
function importsOf({ path, text }: SourceFile): string[] {
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)'(\.[^']+)'/gm);
  const inside = (target: string): string =>
    relative(join(ROOT, 'src'), resolve(ROOT, dirname(path), target))
      .split(sep)
      .join('/');
  return [...found].map(([, target]) => inside(target as string)).filter((target) => target !== VERSION);
}

const roomOf = (path: string): string => path.split('/')[0] as string;

describe('imports', () => {
  test('go one way: http, cli → engine → features → kernel; db and platform only where the world is met', () => {
    const wrong = src.flatMap((file) => {
      const from = file.path.slice('src/'.length);
      if (ENTRIES.includes(from)) return [];
      return importsOf(file)
        .filter((to) => {
          if (EXCEPTIONS.includes(`${from} ${to}`) || MAY_IMPORT[roomOf(from)]?.includes(roomOf(to)))
            return false;
          const outward = ['db', 'platform'].includes(roomOf(to));
          return !(outward && REACHES_OUT.test(from) && ['engine', ...FEATURES].includes(roomOf(from)));
        })
        .map((to) => `${from} imports ${to}`);
    });
    expect(wrong).toEqual([]);
  });

  test('every file at the top of src is a known entry, and every folder a known room', () => {
    const rooms = new Set(src.map(({ path }) => roomOf(path.slice('src/'.length))));
    expect([...rooms].filter((room) => !ENTRIES.includes(room) && !(room in MAY_IMPORT))).toEqual([]);
  });

  test('nothing in src imports a test or a benchmark', () => {
    expect(
      pathsOf(src.filter((file) => importsOf(file).some((to) => /^\.\.\/(test|bench)\//.test(to)))),
    ).toEqual([]);
  });

  test('the environment is read in config.ts alone; others hand it over', () => {
    const lines = src.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line) =>
          line.includes('process.env') && path !== 'src/config.ts' ? [`${path}: ${line}`] : [],
        ),
    );
    expect(lines.filter((line) => !/loadConfig\([^;]*process\.env/.test(line))).toEqual([]);
  });
});

describe('SQL', () => {
  test('stands in sql/ and in the files that call the database', () => {
    const speaks = /\bsql(<[^`]*>)?`|\bselect\s+bahi\./;
    const wrong = src.filter(
      ({ path, text }) => speaks.test(text) && !path.startsWith('src/db/') && !REACHES_OUT.test(path),
    );
    expect(pathsOf(wrong)).toEqual([]);
  });

  test('is put together from text in the migrator alone', () => {
    const wrong = [...src, ...bench].filter(
      ({ path, text }) => /\.unsafe\(/.test(text) && path !== 'src/db/migrate.ts',
    );
    expect(pathsOf(wrong)).toEqual([]);
  });

  test('has one function a file, named as the file, with its comment', () => {
    const wrong = functions.filter(({ path, text }) => {
      const name = /\/\d{3}_(?:engine_)?(\w+)\.sql$/.exec(path)?.[1];
      const defined = [...text.matchAll(/create or replace function bahi\.(\w+)/g)].map((match) => match[1]);
      return defined.join() !== name || !new RegExp(`comment on function bahi\\.${name}\\b`).test(text);
    });
    expect(pathsOf(wrong)).toEqual([]);
  });

  test('names its columns', () => {
    const stars = sql.filter(({ text }) => /\bselect\s+\*|\b\w+\.\*/.test(text.replace(/^\s*--.*$/gm, '')));
    expect(pathsOf(stars)).toEqual([]);
  });

  test('of a feature touches the tables of that feature; only 9xx_engine_* join', () => {
    const owners: Record<string, readonly string[]> = {
      '0': ['installation', 'migration', 'function_set'],
      '1': ['event', 'batch', 'log_key', 'tree_node', 'checkpoint'],
      '2': ['ledger', 'account', 'account_setting', 'entry', 'transfer_search'],
      '3': [
        'api_key',
        'api_key_revocation',
        'api_key_rotation',
        'api_key_use',
        'rate_bucket',
        'operator',
        'operator_session_use',
        'sealed_secret',
      ],
    };
    const tables = Object.values(owners).flat();
    const wrong = functions.flatMap(({ path, text }) => {
      const number = /\/(\d)\d\d_/.exec(path)?.[1] as string;
      if (number === '9') return path.includes('_engine_') ? [] : [`${path} is not named engine`];
      const body = text.replace(/^\s*--.*$/gm, '').replace(/'[^']*'/g, "''");
      const touched = [...body.matchAll(/\b(?:from|join|into|update|truncate)\s+(?:bahi\.)?(\w+)/g)].map(
        (m) => m[1] as string,
      );
      const foreign = touched.filter((table) => tables.includes(table) && !owners[number]?.includes(table));
      return foreign.map((table) => `${path} touches ${table}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe('the catalogue of failures', () => {
  test('has a producer in the source for each code', () => {
    const producers = src
      .filter(({ path }) => path !== 'src/kernel/failure.ts' && !path.startsWith('src/http/openapi'))
      .map(({ text }) => text)
      .join('\n');
    expect(FAILURE_CODES.filter((code) => !producers.includes(`'${code}'`))).toEqual([]);
  });
});
