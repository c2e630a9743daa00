/** What every address of the application shares: its context, problems, and the methods that it does not take. */
import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { FailureError } from '../kernel/failure.ts';
import type { Authenticated } from './authenticate.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { honoPath } from './routes.ts';

interface AppVariables {
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
export type App = Hono<AppEnv>;

/** Past Hono's context, which would make Fetch headers of more than one. Requires that the address set none on `c`. */
export const sendText = (text: string, status: number, headers: Readonly<Record<string, string>>): Response =>
  new Response(text, { status, headers });

export function sendProblem(c: Context<AppEnv>, error: unknown): Response {
  const { status, body, headers } = problemOf(error, c.get('requestId'));
  return sendText(JSON.stringify(body), status, { 'Content-Type': PROBLEM_TYPE, ...headers });
}

/** RFC 9110 §15.5.6 and §9.3.7. HEAD goes with GET. */
export function refuseOtherMethods(app: App, path: string, methods: readonly string[]): void {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  app.all(honoPath(path), (c) => {
    c.set('route', path);
    c.env.outgoing.setHeader('Allow', allow);
    return c.req.method === 'OPTIONS'
      ? c.body(null, 204)
      : sendProblem(c, new FailureError('method_not_allowed'));
  });
}
