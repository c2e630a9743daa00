/** Records counted denials as events, in the background: no request waits for it, and it waits for no request. */
import { type Actor, makeItem } from '../command.ts';
import { type Engine, PATIENCE_MS } from '../use-case.ts';
import type { Denials } from './denial-count.ts';

const ENGINE: Actor = { name: 'engine', client: 'engine', apiKey: undefined };

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

/** Minutes that are over, or with `all` everything. Never fails: what could not be recorded is tried again the next time. */
export async function recordDenials(deps: RecorderDeps, all: boolean): Promise<void> {
  const { denials } = deps.engine;
  for (let taken = denials.take(all); taken.length > 0; taken = denials.take()) {
    const byLedger = Map.groupBy(taken, ({ ledgerId }) => ledgerId);
    const open = (await Promise.all([...byLedger].map((each) => recordIn(deps, ...each)))).flat();
    if (open.length === 0) continue;
    denials.giveBack(open);
    deps.log.warn({ denials: open.length }, 'denials could not be recorded yet');
    return;
  }
}

/** Answers those that are not recorded, or perhaps not. */
async function recordIn(
  { engine, newRequestId }: RecorderDeps,
  ledgerId: number,
  denials: readonly Denials[],
): Promise<readonly Denials[]> {
  const items = denials.map(({ minute, who, operation, code, count, name }) =>
    makeItem(
      ledgerId,
      { type: 'access.denied', minute, who, operation, code, count },
      ENGINE,
      name,
      newRequestId(),
    ),
  );
  try {
    const settled = await Promise.allSettled(engine.posters.submit(ledgerId, items, PATIENCE_MS));
    return denials.filter((_, i) => settled[i]?.status === 'rejected');
  } catch {
    return denials;
  }
}
