/** Opens the engine as a verb does: the same start, the same checks of the server, the same roles. */
import { destination, pino } from 'pino';
import type { Config } from '../../src/config.ts';
import type { PosterOptions } from '../../src/engine/poster-options.ts';
import { openRuntime, type Runtime } from '../../src/runtime.ts';

const POOL_MAX = 8;
const STOP_GRACE_MS = 10_000;
/** A page that is verified may take long on a busy machine. */
const STATEMENT_TIMEOUT_MS = 120_000;

export async function withEngine<T>(
  config: Config,
  run: (runtime: Runtime) => Promise<T>,
  posting: Partial<PosterOptions> = {},
): Promise<T> {
  const runtime = await openRuntime(config, {
    applicationName: 'bahi bench',
    log: pino({ level: 'warn', base: null }, destination(2)),
    poolMax: POOL_MAX,
    posting,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    return await run(runtime);
  } finally {
    await runtime.stop(STOP_GRACE_MS);
  }
}
