/** Posters beside a test's own: what another process over the same database would be. */
import { POSTER_DEFAULTS, type PosterDeps, type PosterOptions } from '../../src/engine/poster-options.ts';
import { Posters } from '../../src/engine/posters.ts';
import { postingSession } from '../../src/engine/store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { TestEngine } from './engine.ts';

const silent = { info: () => {}, warn: () => {}, fatal: () => {} };

/** Stop them before the engine of the test. */
export const anotherProcess = (
  { database, linkKey, engine }: TestEngine,
  options: Partial<PosterOptions> = {},
  log: Partial<PosterDeps['log']> = {},
): Posters =>
  new Posters(
    {
      clock: systemClock,
      linkKey,
      readAhead: (ledgerId, wanted) => engine.reads.states(ledgerId, wanted),
      openSession: (ledgerId) => postingSession(database.serve, ledgerId),
      log: { ...silent, ...log },
    },
    { ...POSTER_DEFAULTS, ...options },
  );
