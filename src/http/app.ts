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
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { parseInput } from '../engine/parse-input.ts';
import type { Answer } from '../engine/render.ts';
import type { Engine, UseCase } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import { type App, type AppEnv, refuseOtherMethods, sendProblem, sendText } from './answer.ts';
import { type Authenticator, authorize, createAuthenticator } from './authenticate.ts';
import { announcedBytes, bodyKindOf, readJson } from './body.ts';
import { BulkRoom } from './bulk-room.ts';
import { addDocs } from './docs.ts';
import { idempotencyKeyOf, queryFields, withPathParams } from './input.ts';
import { Metrics } from './metrics.ts';
import { answerStream, type StreamDeps } from './ndjson.ts';
import { addProbes } from './probes.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { errorFields, frame, type HttpLog } from './request-log.ts';
import { type BoundRoute, bindRoutes, honoPath, ROUTES } from './routes.ts';
import { STREAM_LIMITS, type StreamLimits } from './stream-watch.ts';

export interface AppDeps {
  readonly engine: Engine;
  readonly useCases: readonly UseCase[];
  /** A pino logger will do. */
  readonly log: HttpLog;
  /** Whose X-Forwarded-For is believed; undefined: nobody's. */
  readonly trustedProxies?: BlockList | undefined;
  readonly version: string;
  readonly streamLimits?: StreamLimits;
}

interface Desk {
  readonly engine: Engine;
  readonly authenticate: Authenticator;
  readonly room: BulkRoom;
  readonly streams: StreamDeps;
}

export function createApp(deps: AppDeps): App {
  const { engine, log } = deps;
  const routes = bindRoutes(ROUTES, deps.useCases);
  const room = new BulkRoom();
  const metrics = new Metrics(room);
  const authenticate = createAuthenticator({
    findApiKey: (prefix) => engine.reads.findApiKey(prefix),
    clock: engine.clock,
  });
  const limits = deps.streamLimits ?? STREAM_LIMITS;
  const desk: Desk = { engine, authenticate, room, streams: { engine, room, log, limits, metrics } };

  const app: App = new Hono<AppEnv>();
  app.use('*', frame({ clock: engine.clock, log, metrics, trustedProxies: deps.trustedProxies }));
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), async (c) => {
      c.set('route', route.path);
      const answer = await answerOf(c, route, desk);
      if (answer === 'sent') return RESPONSE_ALREADY_SENT;
      metrics.answered(route.useCase, answer);
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

async function answerOf(c: Context<AppEnv>, route: BoundRoute, desk: Desk): Promise<Answer | 'sent'> {
  const { engine } = desk;
  const { run: useCase } = route;
  const caller = await desk.authenticate(c.req.header('authorization'), useCase.kind === 'query');
  c.set('caller', caller);
  authorize(caller, route.realm, useCase.permission);
  const keyHeader = c.req.header('idempotency-key');
  const idempotencyKey = useCase.kind === 'command' ? idempotencyKeyOf(keyHeader) : '';
  if (useCase.kind === 'batch') refuseKeyOfBatch(keyHeader);
  const { url } = c.req;
  const fields = url.includes('?') ? queryFields(new URL(url).search) : {};
  const { actor, ledgerId } = caller;
  const asked = { actor, ledgerId, requestId: c.get('requestId') };
  const run = (sent: unknown): Promise<Answer> => {
    useCase.refuseHuge?.(sent);
    const input =
      useCase.plainInput?.(sent) ??
      parseInput(route.input, withPathParams(sent, pathParams(c, route)), useCase.kind);
    return useCase.run(engine, { ...asked, input, idempotencyKey });
  };
  if (useCase.kind === 'query') return run(fields);
  const { incoming } = c.env;
  const isStream = bodyKindOf(incoming, useCase.stream !== undefined) === 'lines';
  refuseQuery(fields, isStream);
  if (isStream && useCase.stream) {
    await answerStream(c, useCase.stream, asked, desk.streams);
    return 'sent';
  }
  if (useCase.kind === 'command') return run(await readJson(incoming, route.bodyBytesMax));
  const room = desk.room.batch(announcedBytes(incoming));
  try {
    return await run(await readJson(incoming, route.bodyBytesMax, room.take));
  } finally {
    room.leave();
  }
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

function refuseQuery(fields: Readonly<Record<string, string>>, isStream: boolean): void {
  if (Object.keys(fields).length === 0) return;
  const message = isStream
    ? 'a stream takes no query: its lines stand each alone, and an atomic batch is one application/json body'
    : 'send fields in the body: this address takes no query';
  throw new FailureError('invalid_request', undefined, [{ pointer: '', message }]);
}

function send(c: Context<AppEnv>, route: BoundRoute, answer: Answer): Response {
  const { status, replayed, text } = answer;
  const id = text === undefined ? answer.body['id'] : answer.id;
  return sendText(c, text ?? JSON.stringify(answer.body), status, {
    'Content-Type': status >= 400 ? PROBLEM_TYPE : 'application/json',
    ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}),
    ...(status === 201 && route.location !== undefined && typeof id === 'string'
      ? { Location: `${route.location}/${id}` }
      : {}),
  });
}

const methodsOf = (routes: readonly BoundRoute[], path: string): string[] =>
  routes.filter((route) => route.path === path).map(({ method }) => method);
