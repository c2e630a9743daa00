/**
 * What ends a verb early, and its exit code: 2 when the call itself is wrong (usage, environment), 1 for everything
 * that failed, each as one line that says what to do.
 */
import { CommanderError } from 'commander';
import { MalformedFile } from '../engine/imports/import-file.ts';
import type { Answer } from '../engine/render.ts';
import { FAILURES, FailureError } from '../kernel/failure.ts';

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

/** A refusal that the ledger recorded. */
export function refusedAnswer({ body }: Answer): VerbFailed {
  return new VerbFailed(String(body['code']), `${body['title']}. ${body['detail']}`);
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
  if (error instanceof UsageError) return { exitCode: 2, code: 'usage', message: oneLine(error.message) };
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
  const { title, advice } = FAILURES[code];
  const fields = errors.map(({ pointer, message }) => `${pointer.slice(1)}: ${message}`).join('; ');
  return oneLine(fields || detail || `${title}. ${advice}`);
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ');
