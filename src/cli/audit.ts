/**
 * `bahi audit check-inclusion|check-consistency|check-checkpoint|canonicalize`: checks of files that need no database.
 * Exit 0 when all of them hold, 1 when one does not, with a line for each. What the logs of this installation say: audit-log.ts.
 */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  canonicalText,
  checkCheckpoint,
  checkConsistency,
  checkInclusion,
  type Verdict,
} from '../engine/audit/check-files.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { addLogKeyVerbs } from './audit-keys.ts';
import { addLogVerbs } from './audit-log.ts';
import { UsageError, VerbFailed } from './errors.ts';
import { print, printJson } from './output.ts';
import type { Shell } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

export function addAuditVerbs(program: Command, shell: Shell): void {
  const audit = program
    .command('audit')
    .description('prove what the logs hold, check proofs and checkpoints of logs');
  addLogVerbs(audit, shell);
  addLogKeyVerbs(audit, shell);
  addProofCheck(audit, 'check-inclusion', 'check that leaves are in trees', checkInclusion);
  addProofCheck(audit, 'check-consistency', 'check that trees are beginnings of others', checkConsistency);
  addCheckpointCheck(audit);
  addCanonicalize(audit);
}

function addProofCheck(
  audit: Command,
  name: string,
  summary: string,
  check: (text: string) => Verdict,
): void {
  verb(audit, `${name} <files...>`, summary, `audit ${name} proof.json`).action(
    async (files: string[], { json }: JsonOption) => {
      const checked: { file: string; holds: boolean; reason: string | null }[] = [];
      for (const file of files) {
        const text = await textOf(file);
        const reason = text.ok ? check(text.value) : text.error;
        checked.push({ file, holds: reason === undefined, reason: reason ?? null });
      }
      if (json) await printJson({ files: checked });
      else
        for (const { file, reason } of checked)
          await print(`${file}: ${reason === null ? 'holds' : `does not hold: ${reason}`}\n`);
      if (checked.some(({ holds }) => !holds)) process.exitCode = 1;
    },
  );
}

interface CheckpointOptions extends JsonOption {
  readonly key: string;
}

function addCheckpointCheck(audit: Command): void {
  verb(
    audit,
    'check-checkpoint <file>',
    'check the signature of a checkpoint, and show what it says',
    'audit check-checkpoint checkpoint.txt --key log.pub',
  )
    .requiredOption(
      '--key <key>',
      'the verifier’s key, name+id+key, or a file that holds it: one or more, a line each',
    )
    .action(async (file: string, { json, key }: CheckpointOptions) => {
      const keyText = looksLikeKey(key) ? key : await requiredText(key);
      const checked = checkCheckpoint(await requiredText(file), keyText);
      if (!checked.ok && checked.error.startsWith('--key')) throw new UsageError(checked.error);
      if (!checked.ok) throw new VerbFailed('checkpoint_unproven', `${file} does not hold: ${checked.error}`);
      if (json) return printJson({ file, holds: true, ...checked.value });
      const { origin, size, root, signed_by, signed_at, extensions } = checked.value;
      await print(`${file}: holds
  origin     ${origin}
  size       ${size}
  root       ${root}
  signed by  ${signed_by}${signed_at === null ? '' : ` at ${signed_at}`}
${extensions.map((line) => `  extension  ${line}\n`).join('')}`);
    });
}

function addCanonicalize(audit: Command): void {
  verb(
    audit,
    'canonicalize <file>',
    'print JSON in its canonical form (RFC 8785)',
    'audit canonicalize event.json',
  ).action(async (file: string) => {
    const text = canonicalText(await requiredText(file));
    if (!text.ok) throw new VerbFailed('not_canonicalizable', `${file}: ${text.error}`);
    // The form ends without a line feed, which a shell's prompt would follow.
    await print(process.stdout.isTTY ? `${text.value}\n` : text.value);
  });
}

const looksLikeKey = (text: string): boolean => /^[^+\s]+\+[0-9a-f]{8}\+/.test(text);

/** UTF-8, strictly. */
async function textOf(file: string): Promise<Result<string, string>> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file)));
  } catch (cause) {
    if (cause instanceof TypeError) return err('it is not UTF-8');
    return err(`it cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

/** As textOf. Fails with VerbFailed. */
async function requiredText(file: string): Promise<string> {
  const text = await textOf(file);
  if (!text.ok) throw new VerbFailed('file_unreadable', `${file}: ${text.error}`);
  return text.value;
}
