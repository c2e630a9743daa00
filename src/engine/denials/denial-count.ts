/**
 * Sign-ins that failed and are about nobody (unknown names, locked or disabled operators, invitations that are none): counted
 * by source and minute and recorded in the background, so that no failure waits for the posting lock and a flood of them
 * is a few events. A source is a keyed hash of the address: the log holds no address.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { INSTALLATION_LEDGER } from '../../kernel/id.ts';
import { type Actor, makeItem } from '../command.ts';
import { type Engine, PATIENCE_MS } from '../use-case.ts';

const MINUTE_MICROS = 60_000_000;
const SOURCES_MAX = 1000;
/** All that do not fit, together. */
const OTHERS = 'others';
const ENGINE: Actor = { name: 'engine', client: 'engine', apiKey: undefined };

export interface Denials {
  readonly minute: number;
  readonly source: string;
  readonly count: number;
}

export class DenialCount {
  readonly #clock: Clock;
  readonly #key: Buffer;
  #minute = 0;
  #counts = new Map<string, number>();
  #past: Denials[] = [];

  constructor(clock: Clock, key: Buffer) {
    this.#clock = clock;
    this.#key = key;
  }

  count(address: string | undefined): void {
    this.#turn();
    const digest = createHmac('sha256', this.#key)
      .update(address ?? 'unknown')
      .digest('hex');
    const known = digest.slice(0, 16);
    const source = this.#counts.has(known) || this.#counts.size < SOURCES_MAX ? known : OTHERS;
    this.#counts.set(source, (this.#counts.get(source) ?? 0) + 1);
  }

  /** Minutes that are over, or with `all` what there is; each is told once. */
  take(all = false): Denials[] {
    this.#turn(all);
    return this.#past.splice(0);
  }

  /** Not recorded: to be told again. */
  giveBack(denials: readonly Denials[]): void {
    if (this.#past.length < SOURCES_MAX) this.#past.push(...denials);
  }

  #turn(all = false): void {
    const now = this.#clock.nowMicros();
    const minute = now - (now % MINUTE_MICROS);
    if (minute === this.#minute && !all) return;
    for (const [source, count] of this.#counts) this.#past.push({ minute: this.#minute, source, count });
    this.#counts = new Map();
    this.#minute = minute;
  }
}

export interface DenialRecorder {
  /** Records what is left. */
  stop(): Promise<void>;
}

export interface RecorderDeps {
  readonly engine: Engine;
  readonly newRequestId: () => string;
  readonly log: { warn(fields: Record<string, unknown>, message: string): void };
}

const EVERY_MS = 10_000;

/** Submits the counts as events of the installation's log, beside everything else. */
export function startDenialRecorder(deps: RecorderDeps): DenialRecorder {
  let running: Promise<void> = Promise.resolve();
  const run = (all: boolean): void => {
    running = running.then(() => recordDenials(deps, all));
  };
  const timer = setInterval(() => run(false), EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      run(true);
      return running;
    },
  };
}

/** Never fails: what could not be recorded is tried again the next time. */
export async function recordDenials(
  { engine, newRequestId, log }: RecorderDeps,
  all: boolean,
): Promise<void> {
  const { denials } = engine.operators;
  const taken = denials.take(all);
  if (taken.length === 0) return;
  const items = taken.map((each) =>
    makeItem(
      INSTALLATION_LEDGER,
      { type: 'operator.unknown_sign_ins', ...each },
      ENGINE,
      randomUUID(),
      newRequestId(),
    ),
  );
  try {
    const results = engine.posters.submit(INSTALLATION_LEDGER, items, PATIENCE_MS);
    const settled = await Promise.allSettled(results);
    denials.giveBack(taken.filter((_, i) => settled[i]?.status === 'rejected'));
  } catch (error) {
    denials.giveBack(taken);
    log.warn({ error: (error as Error).name }, 'failed sign-ins could not be recorded yet');
  }
}
