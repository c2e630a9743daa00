/**
 * The HTTP application. The life of a request:
 *
 *   1. an id of our own, headers that every answer has          4. the body, bounded, read in one way only
 *   2. who asks (authenticate.ts)                               5. its input, strictly (input.ts)
 *   3. may they (realm, then scope); the idempotency key        6. the use case, and its answer as it stands
 *
 * Steps 1 to 5 store nothing and use up no key. Whatever fails becomes a problem in one place (problem.ts).
 */
import type { BlockList } from 'node:net';
import { type Context, Hono } from 'hono';
import { parseInput } from '../engine/parse-input.ts';
import type { Answer } from '../engine/render.ts';
import type { Engine, UseCase } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import { type App, type AppEnv, refuseOtherMethods, sendProblem } from './answer.ts';
import { type Authenticator, authorize, createAuthenticator } from './authenticate.ts';
import { readJson } from './body.ts';
import { addDocs } from './docs.ts';
import { idempotencyKeyOf, queryFields, withPathParams } from './input.ts';
import { Metrics } from './metrics.ts';
import { addProbes } from './probes.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { errorFields, frame, type HttpLog } from './request-log.ts';
import { type BoundRoute, bindRoutes, honoPath, ROUTES } from './routes.ts';

export interface AppDeps {
  readonly engine: Engine;
  readonly useCases: readonly UseCase[];
  /** A pino logger will do. */
  readonly log: HttpLog;
  /** Whose X-Forwarded-For is believed; undefined: nobody's. */
  readonly trustedProxies?: BlockList | undefined;
  readonly version: string;
}

export function createApp(deps: AppDeps): App {
  const { engine, log } = deps;
  const routes = bindRoutes(ROUTES, deps.useCases);
  const metrics = new Metrics();
  const authenticate = createAuthenticator({
    findApiKey: (prefix) => engine.reads.findApiKey(prefix),
    clock: engine.clock,
  });

  const app: App = new Hono<AppEnv>();
  app.use('*', frame({ clock: engine.clock, log, metrics, trustedProxies: deps.trustedProxies }));
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), async (c) => {
      c.set('route', route.path);
      const answer = await answerOf(c, route, authenticate, engine);
      metrics.answered(route.useCase, answer.status, answer.replayed);
      return send(c, route, answer);
    });
    // Before the next, wider path: /v1/transfers/batch is no transfer's id.
    if (!routes.slice(routes.indexOf(route) + 1).some(({ path }) => path === route.path))
      refuseOtherMethods(app, route.path, methodsOf(routes, route.path));
  }
  addProbes(app, { engine, metrics, trustedProxies: deps.trustedProxies });
  addDocs(app, routes, deps.version);
  app.notFound((c) => sendProblem(c, new FailureError('not_found')));
  app.onError((error, c) => {
    const { cause } = problemOf(error, '');
    if (cause !== undefined)
      log.error({ request: c.get('requestId'), ...errorFields(cause) }, 'request failed');
    return sendProblem(c, error);
  });
  return app;
}

async function answerOf(
  c: Context<AppEnv>,
  route: BoundRoute,
  authenticate: Authenticator,
  engine: Engine,
): Promise<Answer> {
  const { run: useCase } = route;
  const caller = await authenticate(c.req.header('authorization'), useCase.kind === 'query');
  c.set('caller', caller);
  authorize(caller, route.realm, useCase.permission);
  const keyHeader = c.req.header('idempotency-key');
  const idempotencyKey = useCase.kind === 'command' ? idempotencyKeyOf(keyHeader) : '';
  if (useCase.kind === 'batch') refuseKeyOfBatch(keyHeader);
  const { url } = c.req;
  const fields = queryFields(url.includes('?') ? new URL(url).search : '');
  if (useCase.kind !== 'query') refuseQuery(fields);
  const sent = useCase.kind === 'query' ? fields : await readJson(c.env.incoming, route.bodyBytesMax);
  const input = parseInput(route.input, withPathParams(sent, pathParams(c, route)));
  const { actor, ledgerId } = caller;
  return useCase.run(engine, { actor, ledgerId, requestId: c.get('requestId'), input, idempotencyKey });
}

/** It would be ignored, and a batch sent again under it would not be the retry that it looks like. */
function refuseKeyOfBatch(header: string | undefined): void {
  if (header !== undefined)
    throw new FailureError('invalid_request', undefined, [
      { pointer: 'Idempotency-Key', message: 'leave this header out: each item has its own idempotency_key' },
    ]);
}

const pathParams = (c: Context<AppEnv>, { pathParams: names }: BoundRoute): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, c.req.param(name) ?? '']));

function refuseQuery(fields: Readonly<Record<string, string>>): void {
  const names = Object.keys(fields);
  if (names.length > 0)
    throw new FailureError('invalid_request', undefined, [
      { pointer: '', message: 'send fields in the body: this address takes no query' },
    ]);
}

function send(c: Context<AppEnv>, route: BoundRoute, { status, body, replayed }: Answer): Response {
  const { id } = body;
  return c.body(JSON.stringify(body), status as 200, {
    'Content-Type': status >= 400 ? PROBLEM_TYPE : 'application/json',
    ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}),
    ...(status === 201 && route.location !== undefined && typeof id === 'string'
      ? { Location: `${route.location}/${id}` }
      : {}),
  });
}

const methodsOf = (routes: readonly BoundRoute[], path: string): string[] =>
  routes.filter((route) => route.path === path).map(({ method }) => method);
