/** Where the verbs over rulesets get theirs from, and how they tell what is wrong with one. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Complaint } from '../fraud/check-node.ts';
import { checkRuleset, RULESET_BYTES_MAX, readRuleset } from '../fraud/check-ruleset.ts';
import { PACKS } from '../fraud/packs.ts';
import type { Ruleset } from '../fraud/ruleset.ts';
import { UsageError, VerbFailed } from './errors.ts';
import { note } from './output.ts';
import { type JsonOption, verb } from './verb.ts';

interface Options extends JsonOption {
  readonly pack?: string;
}

const PACK_NAMES = [...PACKS.keys()].join(', ');

/** A verb over a ruleset that is sound: a file's, or one that ships. Fails with VerbFailed where it is not, with a line for each complaint. */
export function onRuleset<O extends JsonOption>(
  parent: Command,
  name: string,
  summary: string,
  run: (ruleset: Ruleset, options: O) => Promise<void>,
): Command {
  return verb(parent, `${name} [file]`, summary, `ruleset ${name} rules.json`)
    .option('--pack <name>', `instead of a file, a ruleset that ships: ${PACK_NAMES}`)
    .action(async (file: string | undefined, options: O & Options) => {
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

export const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

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
