/**
 * Answers that come in parts, as long as they may be: one part is made when the client has read the one before.
 *
 *   the first part fails                  a problem like any other: nothing has gone out
 *   a later one fails                     the connection is cut, so that no client takes half for the whole
 *   the client reads nothing or goes away the rest is never made
 *   many at once                          a bounded number, of which no client gets more than half (bulk-room.ts)
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { Parts } from '../engine/render.ts';
import type { UseCase } from '../engine/use-case.ts';
import type { RequestContext } from './answer.ts';
import type { BulkRoom } from './bulk-room.ts';
import { errorFields, type HttpLog } from './request-log.ts';

/** Fields of a query with the format that Accept asks for (RFC 9110 §12.5.1), unless `format` stands there. */
export function withFormat(
  fields: Readonly<Record<string, string>>,
  { media }: UseCase,
  accept: string | undefined,
): Readonly<Record<string, string>> {
  if (media === undefined || accept === undefined || Object.hasOwn(fields, 'format')) return fields;
  const supports = Object.values(media);
  // Whoever takes none of them gets the first: an answer of another type says more than 406 (§12.4.1).
  const config = { header: 'Accept' as const, supports, default: supports[0] as string };
  // Of a context, it reads this header alone.
  const type = accepts({ req: { header: () => accept } } as unknown as Context, config);
  const format = Object.keys(media).find((name) => media[name] === type);
  return format === undefined ? fields : { ...fields, format };
}

export interface PartsDeps {
  readonly room: BulkRoom;
  readonly log: HttpLog;
  /** A client that reads nothing for so long is cut off. */
  readonly idleMs: number;
}

/** Fails with what the first part failed with, and with `overloaded`. */
export async function sendParts(
  c: RequestContext,
  { mediaType, text }: Parts,
  { room, log, idleMs }: PartsDeps,
): Promise<Response> {
  const { incoming, outgoing } = c.env;
  const headers = { 'Content-Type': contentType(mediaType), Vary: 'Accept' };
  const { leave } = room.enter(c.get('caller')?.actor.client ?? '', () => 0);
  const rest = text[Symbol.asyncIterator]();
  try {
    const first = await rest.next();
    // Hono makes the answer to HEAD out of that to GET.
    if (incoming.method === 'HEAD') return new Response(null, { status: 200, headers });
    outgoing.writeHead(200, { ...c.get('frameHeaders'), ...headers });
    outgoing.setTimeout(idleMs, () => outgoing.destroy());
    const all = async function* (): AsyncGenerator<string, void, void> {
      for (let part = first; part.done !== true; part = await rest.next()) yield part.value;
    };
    await pipeline(Readable.from(all(), { highWaterMark: 1 }), outgoing).catch((error: unknown) => {
      const gone = (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
      c.set('tally', { ended: gone ? 'client_gone' : 'failed' });
      if (!gone) log.error({ request: c.get('requestId'), ...errorFields(error) }, 'request failed');
    });
    return RESPONSE_ALREADY_SENT;
  } finally {
    await rest.return?.();
    leave();
  }
}

/** As the answers to other requests say it: JSON is always UTF-8. */
const contentType = (mediaType: string): string =>
  mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType;
