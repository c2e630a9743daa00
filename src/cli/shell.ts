/**
 * What every verb stands on: the environment, an open engine, and the caller at the shell. Use cases do the work, so
 * a verb holds the same rules as a request and leaves the same trail, with `shell:<user>` as its actor.
 */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { destination, pino } from 'pino';
import { type Config, loadConfig } from '../config.ts';
import { ledgerByRef } from '../engine/ledgers/ledger-view.ts';
import { parseInput } from '../engine/parse-input.ts';
import type { ListedLedger } from '../engine/read-rows.ts';
import type { Answer } from '../engine/render.ts';
import type { Caller, Engine, UseCase } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import { openRuntime, type Runtime, type RuntimeOptions } from '../runtime.ts';
import { shellActor } from '../shell-actor.ts';
import { ConfigError, refusedAnswer, UsageError } from './errors.ts';

const POOL_MAX = 2;
const STOP_GRACE_MS = 5000;

export interface Shell {
  readonly newRequestId: () => string;
}

/** Fails with ConfigError. Verbs log warnings only, unless told otherwise. */
export function readConfig(): Config {
  const config = loadConfig({ LOG_LEVEL: 'warn', ...process.env });
  if (!config.ok) throw new ConfigError(config.error);
  return config.value;
}

/** Opens the engine for the time of one verb. */
export async function withRuntime<T>(
  verb: string,
  run: (runtime: Runtime) => Promise<T>,
  options: Pick<RuntimeOptions, 'posting' | 'statementTimeoutMs'> = {},
): Promise<T> {
  const config = readConfig();
  const log = pino({ level: config.logLevel, base: null }, destination(2));
  const applicationName = `bahi ${verb}`;
  const runtime = await openRuntime(config, { applicationName, log, poolMax: POOL_MAX, ...options });
  try {
    return await run(runtime);
  } finally {
    await withinGrace(runtime.stop(STOP_GRACE_MS));
  }
}

/** A database that has gone away would keep an orderly end waiting for ever. */
async function withinGrace(stopped: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 2 * STOP_GRACE_MS);
  });
  await Promise.race([stopped, overdue]);
  clearTimeout(timer);
}

export const callerAt = ({ newRequestId }: Shell, ledgerId: number): Caller => ({
  actor: shellActor(userInfo().username),
  ledgerId,
  requestId: newRequestId(),
});

/** The ledger that --ledger names. Fails with `not_found`. */
export const ledgerOf = (engine: Engine, nameOrId: string): Promise<ListedLedger> =>
  ledgerByRef(engine, nameOrId);

/** As answerUseCase; the body of the answer. */
export const runUseCase = async <I>(...asked: Parameters<typeof answerUseCase<I>>): Promise<Answer['body']> =>
  (await answerUseCase(...asked)).body;

/**
 * Runs a use case as a request would; `options` says what the verb calls a field where OPTIONS does not. Fails with
 * UsageError for input that is malformed, VerbFailed for a refusal.
 */
export async function answerUseCase<I>(
  engine: Engine,
  caller: Caller & { readonly idempotencyKey?: string },
  useCase: UseCase<I>,
  input: Record<string, unknown>,
  options: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  try {
    const parsed = parseInput(useCase.input, given);
    const answer = await useCase.run(engine, { idempotencyKey: randomUUID(), ...caller, input: parsed });
    if (answer.status >= 400) throw refusedAnswer(answer);
    return answer;
  } catch (error) {
    throw error instanceof FailureError && error.errors.length > 0
      ? wrongOptions(error, { ...OPTIONS, ...options })
      : error;
  }
}

/** Fields that an option or an argument is not called after. */
const OPTIONS: Readonly<Record<string, string>> = {
  name: '<name>',
  id: '<account>',
  scopes: '--scope',
  expires_at: '--expires',
  limits: '--limit',
};

/** What is wrong with an input, told of the options that it came from. */
function wrongOptions({ errors }: FailureError, options: Readonly<Record<string, string>>): UsageError {
  const said = errors.map(({ pointer, message }) => {
    const field = pointer.split('/')[1] ?? '';
    return `${options[field] ?? `--${field}`}: ${message}`;
  });
  return new UsageError([...new Set(said)].join('; '));
}
