/**
 * `bahi ruleset check|print|test|schema`: rulesets as files, without a database. Exit 1 where a ruleset is not sound or a case fails,
 * with a line for each complaint.
 */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type CasesReport, passed, runCases } from '../fraud/cases.ts';
import type { Complaint } from '../fraud/check-node.ts';
import { checkRuleset, RULESET_BYTES_MAX, readRuleset } from '../fraud/check-ruleset.ts';
import { rulesetJsonSchema } from '../fraud/json-schema.ts';
import { PACKS } from '../fraud/packs.ts';
import type { Ruleset } from '../fraud/ruleset.ts';
import { rulesetText } from '../fraud/text.ts';
import { UsageError, VerbFailed } from './errors.ts';
import { note, print, printJson } from './output.ts';
import { type JsonOption, verb } from './verb.ts';

export function addRulesetVerbs(program: Command): void {
  const ruleset = program
    .command('ruleset')
    .description('check, print and test rules that decide on transfers');
  onRuleset(ruleset, 'check', 'check a ruleset: form, types, bounds', async (found, { json }) => {
    const summary = summaryOf(found);
    if (json) await printJson(summary);
    else
      await print(
        `${found.name} is sound: ${counted(summary.rules, 'rule')}, ${summary.enabled} on; ${counted(summary.facts.length, 'fact')}; sha-256 ${found.hash}\n`,
      );
  });
  onRuleset(ruleset, 'print', 'write a ruleset as sentences', async (found, { json }) => {
    const text = rulesetText(found);
    if (json) await printJson({ ...summaryOf(found), text });
    else await print(text);
  });
  onRuleset(ruleset, 'test', 'run the cases that stand beside the rules', async (found, { json }) => {
    const report = runCases(found);
    if (json) await printJson({ ruleset: found.hash, passed: passed(report), ...report });
    else await print(casesText(report));
    if (!passed(report)) process.exitCode = 1;
  });
  verb(ruleset, 'schema', 'print the JSON Schema of rulesets, for editors', 'ruleset schema').action(() =>
    printJson(rulesetJsonSchema()),
  );
}

interface Options extends JsonOption {
  readonly pack?: string;
}

const PACK_NAMES = [...PACKS.keys()].join(', ');

function onRuleset(
  parent: Command,
  name: string,
  summary: string,
  run: (ruleset: Ruleset, options: JsonOption) => Promise<void>,
): void {
  verb(parent, `${name} [file]`, summary, `ruleset ${name} rules.json`)
    .option('--pack <name>', `instead of a file, a ruleset that ships: ${PACK_NAMES}`)
    .action(async (file: string | undefined, options: Options) => {
      const found = await checkedRuleset(file, options.pack);
      if (found.ok) return run(found.value, options);
      const lines = found.error.map(complaintLine);
      if (!options.json) for (const line of lines) await note(`${line}\n`);
      const told = options.json ? lines.join('; ') : `${counted(lines.length, 'complaint')}, see above`;
      throw new VerbFailed('ruleset_unsound', `${file ?? options.pack} is not sound: ${told}`);
    });
}

async function checkedRuleset(
  file: string | undefined,
  pack: string | undefined,
): Promise<ReturnType<typeof checkRuleset>> {
  if (file !== undefined && pack === undefined) return readRuleset(await readText(file));
  if (file !== undefined || pack === undefined) throw new UsageError('name a file, or a pack by --pack');
  if (!PACKS.has(pack)) throw new UsageError(`--pack must be one of ${PACK_NAMES}`);
  return checkRuleset(PACKS.get(pack));
}

/** A file may name its fields as it likes; a terminal is told no control characters. */
const complaintLine = ({ path, message }: Complaint): string =>
  `${path === '' ? 'the file' : path}: ${message}`.replaceAll(/\p{C}/gu, '\ufffd');

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** UTF-8, strictly. Fails with VerbFailed. */
async function readText(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > RULESET_BYTES_MAX)
      throw new VerbFailed(
        'ruleset_unsound',
        `${file} is larger than ${RULESET_BYTES_MAX} bytes: make several rulesets of it`,
      );
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof VerbFailed) throw cause;
    const reason =
      cause instanceof TypeError
        ? 'it is not UTF-8'
        : `it cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    throw new VerbFailed('file_unreadable', `${file}: ${reason}`);
  }
}

const summaryOf = ({ name, title, hash, currency, rules, facts, lists, attributes }: Ruleset) => ({
  name,
  title,
  hash,
  currency,
  rules: rules.length,
  enabled: rules.filter(({ enabled }) => enabled).length,
  facts: facts.map(({ key }) => key),
  lists,
  attributes: Object.fromEntries(attributes),
});

const WORDS = { fires: 'fires', does_not_fire: 'does not fire', missing: 'is undecided' } as const;

function casesText({ results, untested }: CasesReport): string {
  const lines = results.map(({ rule, case: name, expected, found }) =>
    expected === found
      ? `ok      ${rule}: ${name}`
      : `FAILED  ${rule}: ${name}: it ${WORDS[found]}, and was to be one that ${WORDS[expected]}`,
  );
  const gaps = untested.map(({ rule, lacks }) => `FAILED  ${rule}: has no case in which it ${WORDS[lacks]}`);
  const failed = results.filter(({ expected, found }) => expected !== found).length + untested.length;
  return `${[...lines, ...gaps].join('\n')}\n${results.length - failed + untested.length} passed, ${failed} failed\n`;
}
