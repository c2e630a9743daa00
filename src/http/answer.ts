/** What every address of the application shares: its context, problems, and the methods that it does not take. */
import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { FailureError } from '../kernel/failure.ts';
import type { Authenticated } from './authenticate.ts';
import type { DirectWay } from './direct.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { honoPath } from './routes.ts';

export interface AppVariables {
  requestId: string;
  /** Template of the path, for the log and the counters. */
  route: string;
  caller: Authenticated | undefined;
  /** What every answer has. */
  frameHeaders: Readonly<Record<string, string>>;
  /** What became of the items of a stream, for the log. */
  tally: Readonly<Record<string, unknown>> | undefined;
}

/** What the listening server tells those whose requests may last. */
export interface ServerLife {
  /** Lets this request take its time; the signal says that the server ends. */
  endless(incoming: IncomingMessage): AbortSignal;
}

export type AppEnv = {
  Bindings: HttpBindings & { readonly life?: ServerLife };
  Variables: AppVariables;
};
export type App = Hono<AppEnv> & { direct?: DirectWay };

/** What the steps of a request share: Hono's context, or what stands in for it on the short way. */
export interface RequestContext {
  readonly env: AppEnv['Bindings'];
  get<Name extends keyof AppVariables>(name: Name): AppVariables[Name];
  set<Name extends keyof AppVariables>(name: Name, value: AppVariables[Name]): void;
}

/**
 * Writes the whole answer on Node's own message: through Hono it would become a Fetch response and be taken apart again.
 * Requires that the address set no headers of its own on `c` or on the message.
 */
export function sendText(
  c: RequestContext,
  text: string,
  status: number,
  headers: Readonly<Record<string, string>>,
): Response {
  const { incoming, outgoing } = c.env;
  // Hono makes the answer to HEAD out of that to GET.
  if (incoming.method === 'HEAD') return new Response(text, { status, headers });
  const all: string[] = [];
  for (const [name, value] of Object.entries(c.get('frameHeaders'))) all.push(name, value);
  for (const [name, value] of Object.entries(headers)) all.push(name, value);
  all.push('Content-Length', String(Buffer.byteLength(text)));
  outgoing.writeHead(status, all);
  outgoing.end(text);
  return RESPONSE_ALREADY_SENT;
}

export function sendProblem(
  c: RequestContext,
  error: unknown,
  more: Readonly<Record<string, string>> = {},
): Response {
  const { status, body, headers } = problemOf(error, c.get('requestId'));
  return sendText(c, JSON.stringify(body), status, { 'Content-Type': PROBLEM_TYPE, ...headers, ...more });
}

/** RFC 9110 §15.5.6 and §9.3.7. HEAD goes with GET. */
export function refuseOtherMethods(app: App, path: string, methods: readonly string[]): void {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  app.all(honoPath(path), (c) => {
    c.set('route', path);
    return c.req.method === 'OPTIONS'
      ? c.body(null, 204, { Allow: allow })
      : sendProblem(c, new FailureError('method_not_allowed'), { Allow: allow });
  });
}
