/**
 * What a supervisor asks. /healthz: the process answers. /readyz: it can do its work, that is the database is within
 * reach and posting to no ledger is halted. /metrics: only for a client on this machine, since counts tell about
 * tenants; it is found by nobody else.
 */
import type { BlockList } from 'node:net';
import type { Engine } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import { type App, refuseOtherMethods, sendProblem } from './answer.ts';
import { isLoopbackAddress, originOf } from './forwarded.ts';
import type { Metrics } from './metrics.ts';

export interface ProbeDeps {
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly trustedProxies: BlockList | undefined;
}

export function addProbes(app: App, { engine, metrics, trustedProxies }: ProbeDeps): void {
  app.get('/healthz', (c) => {
    c.set('route', '/healthz');
    return c.json({ status: 'ok' });
  });
  app.get('/readyz', async (c) => {
    c.set('route', '/readyz');
    await engine.reads.installation();
    if (engine.posters.halted.length > 0) throw new FailureError('ledger_halted');
    return c.json({ status: 'ready' });
  });
  app.get('/metrics', (c) => {
    c.set('route', '/metrics');
    if (!isLoopbackAddress(originOf(c.env.incoming, trustedProxies).address))
      return sendProblem(c, new FailureError('not_found'));
    return c.body(metrics.render(engine), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    });
  });
  for (const path of ['/healthz', '/readyz', '/metrics']) refuseOtherMethods(app, path, ['GET']);
}
