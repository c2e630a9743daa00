/** The other way to send a batch in the OpenAPI document: a stream of lines, with an example that is carried out. */
import type { StreamKind } from '../engine/use-case.ts';
import { LINE_BYTES_MAX, NDJSON_TYPE, parsedLine } from './ndjson.ts';
import { exampleLedger } from './openapi-accounts.ts';
import { EXAMPLE_REQUEST_ID, exampleCaller } from './openapi-ledger.ts';
import { STREAM_LINES } from './openapi-requests.ts';
import type { JsonSchema } from './openapi-schema.ts';
import { STREAM_LIMITS } from './stream-watch.ts';

export const STREAM_DESCRIPTION = `As \`${NDJSON_TYPE}\` the body is a stream without end: one item on each line (at most ${LINE_BYTES_MAX} bytes, UTF-8,
ended by LF), each an intent of its own. The answer is a stream as well: one line for each line with something on it, in the same order,
written as the items commit. Read it while you send: whoever does not read is not read from.

- A line that is malformed fails alone: nothing is stored for it, its key stays unused, and the stream goes on.
- The items are posted in the order of the lines, and what was answered \`posted\` or \`refused\` is committed. A line that was not answered, or
  failed with a retryable problem, may be sent again, in a new stream, with the same key.
- The last line has the status \`ended\` where the server stopped before the end of the body; its problem says why, and from where to go on.
  Where it took no line at all, the answer is a problem with a status of its own. A body that is complete ends with its last answer.
  An answer that breaks off without either is a lost connection.
- \`atomic\` is for the JSON document only. A stream in which nothing moves for ${STREAM_LIMITS.idleMs / 1000} seconds is ended.`;

export interface StreamExample {
  readonly request: string;
  readonly answer: string;
}

/** What the server would answer to the lines, at the example's ledger. */
export async function streamExample(kind: StreamKind): Promise<StreamExample> {
  const { actor, ledgerId } = exampleCaller;
  let answer = '';
  const stream = kind.open(
    exampleLedger().engine,
    { actor, ledgerId, requestId: EXAMPLE_REQUEST_ID },
    {
      window: () => STREAM_LINES.length,
      onStop: () => {},
      onAnswer: (text) => {
        answer += `${text}\n`;
        return undefined;
      },
    },
  );
  const lines = STREAM_LINES.map((line) => Buffer.from(line));
  await stream.add(lines.map((bytes, i) => ({ line: i + 1, bytes: bytes.length, sent: parsedLine(bytes) })));
  await stream.drain();
  return { request: STREAM_LINES.map((line) => `${line}\n`).join(''), answer };
}

/** OpenAPI 3.1 has no words for a sequence of documents: it is text, and `x-line-schema` tells what a line is. */
export const linesOf = (line: JsonSchema, summary: string, value: string): JsonSchema => ({
  [NDJSON_TYPE]: {
    schema: { type: 'string', 'x-line-schema': line },
    examples: { stream: { summary, value } },
  },
});
