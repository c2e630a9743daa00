/**
 * The HTTP application. The life of a request:
 *
 *   1. an id of our own, headers that every answer has          4. the body, bounded, read in one way only
 *   2. who asks (authenticate.ts)                               5. its input, strictly (input.ts)
 *   3. may they (address, rate, realm, scope); the key of the intent 6. the use case, and its answer as it stands
 *
 * Steps 1 to 5 store nothing and use up no key. Whatever fails becomes a problem in one place (problem.ts). Commands of
 * the plainest form take the same steps past Hono (direct.ts).
 */

import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { genuineApiKey } from '../engine/keys/key-mac.ts';
import type { KeyUses } from '../engine/keys/key-uses.ts';
import { parseInput } from '../engine/parse-input.ts';
import type { Answer } from '../engine/render.ts';
import type { Engine, UseCase } from '../engine/use-case.ts';
import type { Rate } from '../identity/rate.ts';
import { FAILURES, FailureError } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import { type Admission, admit } from './admit.ts';
import {
  type App,
  type AppEnv,
  type RequestContext,
  refuseOtherMethods,
  sendProblem,
  sendText,
} from './answer.ts';
import { type Authenticated, createAuthenticator } from './authenticate.ts';
import { announcedBytes, bodyKindOf, parseJson, readBytes, readJson } from './body.ts';
import { BulkRoom } from './bulk-room.ts';
import { noteDenial } from './denial.ts';
import { directWay } from './direct.ts';
import { addDocs } from './docs.ts';
import { originOf } from './forwarded.ts';
import { idempotencyKeyOf, queryFields, withPathParams } from './input.ts';
import { Metrics } from './metrics.ts';
import { answerStream, type StreamDeps } from './ndjson.ts';
import { createSessionReader, LEDGER_HEADER } from './operator-session.ts';
import { type PartsDeps, sendParts, withFormat } from './parts.ts';
import { addProbes } from './probes.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { classOf, RateLimits, type RateVerdict } from './rate-limits.ts';
import { createFrame, errorFields, type HttpLog } from './request-log.ts';
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
  /** How many requests one source may send to sign in, to enrol and to redeem a reset; undefined: any number. */
  readonly signInRate?: Rate;
  /** Where it is noted that a key was used. */
  readonly keyUses?: Pick<KeyUses, 'note'>;
}

/** Our alarm: whoever sent it is told what is told of an unknown key. */
const FALSE_KEY =
  'the row of an API key has no valid MAC: it was written or changed in the database; run bahi verify';

interface Desk extends Admission {
  readonly room: BulkRoom;
  readonly streams: StreamDeps;
  readonly parts: PartsDeps;
  readonly rates: RateLimits;
}

export function createApp(deps: AppDeps): App {
  const { engine, log } = deps;
  const routes = bindRoutes(ROUTES, deps.useCases);
  const room = new BulkRoom();
  const metrics = new Metrics(room);
  const authenticate = createAuthenticator({
    findApiKey: async (prefix) => {
      const stored = await engine.reads.findApiKey(prefix);
      const found = stored && genuineApiKey(stored, engine.rowKey);
      if (stored && !found)
        log.error({ api_key: formatId('key', stored.ledger_id, stored.key_id) }, FALSE_KEY);
      return found ?? null;
    },
    noteUse: (ledgerId, apiKey) => deps.keyUses?.note(ledgerId, apiKey),
    clock: engine.clock,
  });
  const limits = deps.streamLimits ?? STREAM_LIMITS;
  const streams = { engine, room, log, limits, metrics };
  const parts = { room: new BulkRoom(), log, idleMs: limits.idleMs };
  const rates = new RateLimits({
    clock: engine.clock,
    takeRequests: (bucket, lot) => engine.reads.keyStore.takeRequests(bucket, lot),
  });
  const readSession = createSessionReader(engine);
  const addressOf = (incoming: IncomingMessage) => originOf(incoming, deps.trustedProxies).address;
  const { signInRate } = deps;
  const desk: Desk = {
    engine,
    authenticate,
    readSession,
    addressOf,
    signInRate,
    room,
    streams,
    parts,
    rates,
  };

  const app: App = new Hono<AppEnv>();
  const frame = createFrame({ clock: engine.clock, log, metrics, trustedProxies: deps.trustedProxies });
  const answer = async (
    c: RequestContext,
    route: BoundRoute,
    params: Readonly<Record<string, string>>,
  ): Promise<Response> => {
    c.set('route', route.path);
    let found: Answer | 'sent';
    try {
      found = await answerOf(c, route, params, desk);
    } catch (error) {
      noteDenial(c, route, error, desk);
      throw error;
    }
    if (found === 'sent') return RESPONSE_ALREADY_SENT;
    metrics.answered(route.useCase, found);
    if (found.denied !== undefined) noteDenial(c, route, new FailureError(found.denied), desk);
    return found.parts ? sendParts(c, found.parts, desk.parts) : send(c, route, found);
  };
  const fail = (error: unknown, c: RequestContext): Response => {
    if (error instanceof FailureError && FAILURES[error.code].kind === 'denied') metrics.denied(error.code);
    const { cause } = problemOf(error, '');
    if (cause !== undefined)
      log.error({ request: c.get('requestId'), ...errorFields(cause) }, 'request failed');
    return sendProblem(c, error);
  };
  app.use('*', (c, next) => frame(c, next, () => c.res.status));
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), (c) => {
      const params = route.pathParams.map((name) => [name, c.req.param(name) ?? '']);
      return answer(c, route, Object.fromEntries(params));
    });
    // Before the next, wider path: /v1/transfers/batch is no transfer's id.
    if (!routes.slice(routes.indexOf(route) + 1).some(({ path }) => path === route.path))
      refuseOtherMethods(app, route.path, methodsOf(routes, route.path));
  }
  addProbes(app, { engine, metrics, trustedProxies: deps.trustedProxies });
  addDocs(app, routes, deps.version);
  app.notFound((c) => sendProblem(c, new FailureError('not_found')));
  app.onError(fail);
  app.direct = directWay(routes, async (c, route) => {
    const next = async (): Promise<void> => {
      await answer(c, route, {}).catch((error: unknown) => fail(error, c));
    };
    // What even a problem could not be said about.
    await frame(c, next, () => 0).catch((error: unknown) => {
      log.error({ request: c.get('requestId'), ...errorFields(error) }, 'answer failed');
      c.env.outgoing.destroy();
    });
  });
  return app;
}

async function answerOf(
  c: RequestContext,
  route: BoundRoute,
  params: Readonly<Record<string, string>>,
  desk: Desk,
): Promise<Answer | 'sent'> {
  const { engine } = desk;
  const { incoming } = c.env;
  const { run: useCase } = route;
  const counted: { verdict?: RateVerdict } = {};
  const caller = await admit(desk, incoming, route, {
    seen: (known) => {
      c.set('caller', known);
      if (known.sandbox) c.set('frameHeaders', { ...c.get('frameHeaders'), [LEDGER_HEADER]: 'sandbox' });
    },
    count: async (known, rate) => {
      counted.verdict = await count(c, known, rate, useCase, desk);
    },
  });
  const keyHeader = headerOf(incoming, 'idempotency-key');
  const idempotencyKey = useCase.kind === 'command' ? idempotencyKeyOf(keyHeader) : '';
  if (useCase.kind === 'batch') refuseKeyOfBatch(keyHeader);
  const { url = '' } = incoming;
  const fields = url.includes('?') ? queryFields(new URL(url, 'http://localhost').search) : {};
  const { actor, ledgerId, session, ledgers } = caller;
  const asked = {
    actor,
    ledgerId,
    requestId: c.get('requestId'),
    ...(session === undefined ? {} : { session }),
    ...(ledgers === undefined ? {} : { ledgers }),
    ...(useCase.permission === 'anyone' ? { address: desk.addressOf(incoming) } : {}),
  };
  const run = (sent: unknown): Promise<Answer> => {
    useCase.refuseHuge?.(sent);
    const input =
      useCase.plainInput?.(sent) ?? parseInput(route.input, withPathParams(sent, params), useCase.kind);
    return useCase.run(engine, { ...asked, input, idempotencyKey });
  };
  if (useCase.kind === 'query') return run(withFormat(fields, useCase, incoming.headers.accept));
  const isStream = bodyKindOf(incoming, useCase.stream !== undefined) === 'lines';
  refuseQuery(fields, isStream);
  if (isStream && useCase.stream) {
    const stopped = await answerStream(c, useCase.stream, asked, desk.streams);
    noteDenial(c, route, stopped, desk);
    return 'sent';
  }
  if (useCase.kind !== 'batch') {
    const answered = run(await readJson(incoming, route.bodyBytesMax));
    return counted.verdict ? uncountReplay(await answered, counted.verdict) : answered;
  }
  const room = desk.room.batch(announcedBytes(incoming));
  try {
    const bytes = await readBytes(incoming, route.bodyBytesMax, room.take);
    await room.turn();
    return await run(parseJson(bytes));
  } finally {
    room.leave();
  }
}

/** Of a key with a rate, or a source that wants in; says in headers what is left. Fails with `rate_limited`, before anything is read or stored. */
async function count(
  c: RequestContext,
  caller: Authenticated,
  rate: Rate,
  useCase: UseCase,
  { rates }: Desk,
): Promise<RateVerdict> {
  const verdict = await rates.take(caller, rate, classOf(useCase));
  c.set('frameHeaders', { ...c.get('frameHeaders'), ...verdict.headers });
  if (!verdict.allowed) throw new FailureError('rate_limited');
  return verdict;
}

/** Whoever sends again what was carried out already is not to run out of requests by it. */
function uncountReplay(answer: Answer, counted: RateVerdict): Answer {
  if (answer.replayed) counted.giveBack();
  return answer;
}

/** It would be ignored, and a batch sent again under it would not be the retry that it looks like. */
function refuseKeyOfBatch(header: string | undefined): void {
  if (header !== undefined)
    throw new FailureError('invalid_request', undefined, [
      { pointer: 'Idempotency-Key', message: 'leave this header out: each item has its own idempotency_key' },
    ]);
}

/** One that came twice has a comma. */
const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

function refuseQuery(fields: Readonly<Record<string, string>>, isStream: boolean): void {
  if (Object.keys(fields).length === 0) return;
  const message = isStream
    ? 'a stream takes no query: its lines stand each alone, and an atomic batch is one application/json body'
    : 'send fields in the body: this address takes no query';
  throw new FailureError('invalid_request', undefined, [{ pointer: '', message }]);
}

function send(c: RequestContext, route: BoundRoute, answer: Answer): Response {
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
