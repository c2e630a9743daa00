/**
 * What every request gets: its id, the headers of every answer, a line in the log, a count.
 *
 * The line has allow-listed fields only: no address of the client, no path as sent, no header, no body. A cause is
 * logged by name, message and stack; the other members of an error may repeat values.
 */
import type { BlockList } from 'node:net';
import type { Clock } from '../kernel/clock.ts';
import type { RequestContext } from './answer.ts';
import { originOf } from './forwarded.ts';
import type { Metrics } from './metrics.ts';
import { newRequestId } from './request-id.ts';

export interface HttpLog {
  info(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface FrameDeps {
  readonly clock: Clock;
  readonly log: HttpLog;
  readonly metrics: Metrics;
  readonly trustedProxies: BlockList | undefined;
}

/** No route matched: the path as sent stays out of the log. */
const NO_ROUTE = '(none)';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** `next` answers; `statusOf` tells the status of an answer that is not written when it is done. */
export type Frame = (c: RequestContext, next: () => Promise<void>, statusOf: () => number) => Promise<void>;

export function createFrame({ clock, log, metrics, trustedProxies }: FrameDeps): Frame {
  return async (c, next, statusOf) => {
    const { incoming, outgoing } = c.env;
    const startedMs = clock.monotonicMs();
    const requestId = newRequestId();
    c.set('requestId', requestId);
    c.set('route', NO_ROUTE);
    const headers = frameHeaders(requestId, originOf(incoming, trustedProxies).secure);
    c.set('frameHeaders', headers);
    metrics.begin();
    try {
      await next();
    } finally {
      const method = METHODS.has(incoming.method ?? '') ? (incoming.method as string) : 'other';
      const status = outgoing.headersSent ? outgoing.statusCode : statusOf();
      // An answer of Hono's own is yet to be written; its address may set some of them instead.
      if (!outgoing.headersSent)
        for (const name in headers) outgoing.setHeader(name, headers[name] as string);
      const route = c.get('route');
      metrics.end(method, route, status);
      const caller = c.get('caller');
      const who =
        caller === undefined
          ? {}
          : {
              [caller.actor.operator === undefined ? 'key' : 'operator']: caller.actor.name,
              ledger: caller.ledgerId,
            };
      const took = Math.round((clock.monotonicMs() - startedMs) * 10) / 10;
      log.info(
        { request: requestId, method, route, status, duration_ms: took, ...who, ...c.get('tally') },
        'request',
      );
    }
  };
}

const frameHeaders = (requestId: string, secure: boolean): Readonly<Record<string, string>> => ({
  'Request-Id': requestId,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  ...(secure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
});

/** Allow-listed members of an error, and of what caused it. */
export function errorFields(cause: unknown): Record<string, unknown> {
  if (!(cause instanceof Error)) return { error: typeof cause };
  const { name, message, stack } = cause;
  return {
    error: name,
    message,
    stack,
    ...(cause.cause === undefined ? {} : { cause: errorFields(cause.cause) }),
  };
}
