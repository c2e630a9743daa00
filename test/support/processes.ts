/** Posters beside a test's own: what another process over the same database would be. */
import { Posters } from '../../src/engine/posters.ts';
import { postingSession } from '../../src/engine/store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { TestEngine } from './engine.ts';

const silent = { info: () => {}, warn: () => {}, fatal: () => {} };

/** Stop them before the engine of the test. */
export const anotherProcess = ({ database, linkKey, engine }: TestEngine): Posters =>
  new Posters({
    clock: systemClock,
    linkKey,
    readAhead: (ledgerId, wanted) => engine.reads.states(ledgerId, wanted),
    openSession: (ledgerId) => postingSession(database.serve, ledgerId),
    log: silent,
  });
