/**
 * From bytes to JSON, refusing everything that two readers could read in two ways: another media type or encoding,
 * bytes that are not UTF-8, keys named twice, nesting without end. Bounded before it is read and while it is read.
 *
 * It reads Node's own message: the size is checked chunk by chunk, so a body without Content-Length is bounded, too.
 */
import type { IncomingMessage } from 'node:http';
import { FailureError } from '../kernel/failure.ts';
import { jsonFlawOf } from '../kernel/json-once.ts';

export const DEPTH_MAX = 16;

/** RFC 8259 §8.1: UTF-8 is the only charset, so naming it is allowed and needless. */
const TYPE = /^application\/(json|x-ndjson)\s*(?:;\s*charset=(?:utf-8|"utf-8")\s*)?$/i;

/** One document, or, where `mayStream`, one on each line. Fails with unsupported_media_type. */
export function bodyKindOf(incoming: IncomingMessage, mayStream: boolean): 'document' | 'lines' {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = incoming.headers;
  // Of several, Node would take the first and another reader the last (RFC 9110 §5.3).
  if (timesSent(incoming, 'content-type') > 1)
    throw new FailureError('unsupported_media_type', 'Send the Content-Type header once.');
  const subtype = TYPE.exec(type)?.[1]?.toLowerCase();
  if (subtype === undefined || (subtype === 'x-ndjson' && !mayStream)) throw unsupportedType(mayStream);
  if (encoding !== 'identity')
    throw new FailureError('unsupported_media_type', 'Send the body without Content-Encoding.');
  return subtype === 'json' ? 'document' : 'lines';
}

/** Without taking all the other headers apart as well. */
export function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  let times = 0;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.length === name.length && rawHeaders[i]?.toLowerCase() === name) times++;
  return times;
}

export const unsupportedType = (mayStream: boolean): FailureError =>
  new FailureError(
    'unsupported_media_type',
    mayStream
      ? 'Send Content-Type: application/json, or application/x-ndjson for a stream with one item on each line.'
      : undefined,
  );

/** Fails with body_too_large, invalid_json, duplicate_json_key, invalid_request. */
export async function readJson(incoming: IncomingMessage, bytesMax: number): Promise<unknown> {
  return parseJson(bytesAtOnce(incoming, bytesMax) ?? (await readBytes(incoming, bytesMax)));
}

export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0)
    throw new FailureError('invalid_json', 'The body is empty: send one JSON document.');
  const text = decode(bytes);
  const flaw = jsonFlawOf(text, DEPTH_MAX);
  if (flaw === 'too_deep') throw refused(`nest at most ${DEPTH_MAX} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message repeats the text.
    throw new FailureError('invalid_json');
  }
  if (flaw === 'prototype_key') throw refused('no field is named __proto__: remove it');
  if (flaw === 'escaped_key') throw refused('write the names of fields without escapes');
  if (flaw === 'duplicate_key') throw new FailureError('duplicate_json_key');
  return value;
}

const refused = (message: string): FailureError =>
  new FailureError('invalid_request', undefined, [{ pointer: '', message }]);

// A byte order mark stays, and the parser refuses it (RFC 8259 §8.1).
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new FailureError('invalid_json', 'The body is not valid UTF-8.');
  }
}

/** The body where all of it has come, as it has in most requests: head and body of a transfer are one packet. */
function bytesAtOnce(incoming: IncomingMessage, bytesMax: number): Buffer | undefined {
  const bytes = announcedBytes(incoming);
  if (!incoming.complete || incoming.destroyed || incoming.readableLength !== bytes || bytes > bytesMax)
    return undefined;
  return (incoming.read() as Buffer | null) ?? undefined;
}

/** `onBytes` hears of every chunk, and may fail. Fails with body_too_large and, where it ends early, invalid_json. */
export function readBytes(
  incoming: IncomingMessage,
  bytesMax: number,
  onBytes?: (bytes: number) => void,
): Promise<Buffer> {
  const tooLarge = (): FailureError =>
    new FailureError('body_too_large', `Send at most ${bytesMax} bytes at once.`);
  if (announcedBytes(incoming) > bytesMax) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      try {
        if (size > bytesMax) throw tooLarge();
        onBytes?.(chunk.length);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    };
    const onClose = (): void => fail(new FailureError('invalid_json', 'The body ended early.'));
    const stop = (): void => {
      incoming.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const fail = (failure: unknown): void => {
      stop();
      // A late error of the connection must not end the process.
      incoming.on('error', () => {});
      incoming.pause();
      reject(failure);
    };
    incoming.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
    // It went away while its key was looked up: nothing will be said about it any more.
    if (incoming.destroyed) onClose();
  });
}

/** Zero where the length is not known beforehand. */
export const announcedBytes = (incoming: IncomingMessage): number =>
  Number(incoming.headers['content-length'] ?? 0);
