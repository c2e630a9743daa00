/**
 * What ends a verb early, and its exit code: 2 when the call itself is wrong (usage, environment), 1 for everything
 * that failed, each as one line that says what to do.
 */
import { CommanderError } from 'commander';
import { MalformedFile, MappingMismatch } from '../engine/imports/import-file.ts';
import type { Answer } from '../engine/render.ts';
import { FAILURES, type FailureCode, FailureError } from '../kernel/failure.ts';

/** The call is wrong: an option's value, a combination of options. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The environment is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The verb did not do what it was asked for, and says why. */
export class VerbFailed extends Error {
  override readonly name = 'VerbFailed';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What to do at a shell: the catalogue's own advice is for requests, with their addresses and idempotency keys. */
const ADVICE: Partial<Record<FailureCode, string>> = {
  name_taken: 'choose another name',
  code_taken: 'choose another code',
  account_not_empty: 'move the balance away first',
  floor_above_ceiling: 'change both bounds at once, or name another amount',
  overloaded: 'try again in a moment',
  database_unavailable: 'nothing was stored: try again once it does',
  storage_full: 'nothing was stored: make room, then try again',
  outcome_unknown: 'look whether it was done before you try again; an import may be started again as it is',
  ledger_halted: 'an operator has to look; see bahi verify',
};

function explained(code: FailureCode): string {
  const advice = ADVICE[code];
  return advice === undefined ? FAILURES[code].title : `${FAILURES[code].title}: ${advice}`;
}

/** A refusal that the ledger recorded. */
export function refusedAnswer({ body }: Answer): VerbFailed {
  const code = body['code'] as FailureCode;
  return new VerbFailed(code, explained(code));
}

export interface Ending {
  readonly exitCode: number;
  readonly code: string;
  /** One line; empty when everything is said already. */
  readonly message: string;
}

export function endingOf(error: unknown): Ending {
  if (error instanceof CommanderError) {
    // Help and version are printed by commander; both were asked for.
    if (error.exitCode === 0) return { exitCode: 0, code: '', message: '' };
    const bare = error.code === 'commander.help';
    const message = bare ? 'name a verb: see bahi --help' : error.message.replace(/^error: /, '');
    return { exitCode: 2, code: 'usage', message: oneLine(message) };
  }
  if (error instanceof UsageError || error instanceof MappingMismatch)
    return { exitCode: 2, code: 'usage', message: oneLine(error.message) };
  if (error instanceof ConfigError)
    return { exitCode: 2, code: 'configuration', message: oneLine(error.message) };
  if (error instanceof FailureError) return { exitCode: 1, code: error.code, message: failureMessage(error) };
  if (error instanceof MalformedFile)
    return { exitCode: 1, code: 'malformed_file', message: oneLine(error.message) };
  if (error instanceof VerbFailed) return { exitCode: 1, code: error.code, message: oneLine(error.message) };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { exitCode: 1, code: 'failed', message: oneLine(message === '' ? name : message) };
}

function failureMessage({ code, detail, errors }: FailureError): string {
  const fields = errors.map(({ pointer, message }) => `${pointer.slice(1)}: ${message}`).join('; ');
  return oneLine(fields || detail || explained(code));
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ');
