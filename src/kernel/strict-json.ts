/**
 * JSON as RFC 8259 has it and I-JSON (RFC 7493) restricts it: a name stands once in its object, text is well-formed Unicode.
 *
 * For files of others, whose names may have any escapes: JSON.parse keeps the last of two values in silence, and V8 14.6
 * (Node 26.10.0) misreads some names with escapes. Numbers are handed over as they are written.
 */
import jsonc from 'jsonc-parser';
import { jsonFlawOf } from './json-once.ts';
import { err, ok, type Result } from './result.ts';

const DEPTH_MAX = 500;

/** Why a text is refused, for whoever wrote it. */
export type JsonComplaint = string;

type Container = unknown[] | Record<string, unknown>;

/** `toNumber` gets each number as written. Objects have no prototype: every name is a name. */
export function parseStrictJson(
  text: string,
  toNumber: (written: string) => unknown,
): Result<unknown, JsonComplaint> {
  const open: Container[] = [];
  let complaint: JsonComplaint | undefined;
  let name = '';
  let whole: unknown;
  const where = (line: number, column: number): string => `line ${line + 1}, column ${column + 1}`;
  const put = (value: unknown): void => {
    const inner = open.at(-1);
    if (inner === undefined) whole = value;
    else if (Array.isArray(inner)) inner.push(value);
    else inner[name] = value;
  };
  const begin = (container: Container): void => {
    put(container);
    open.push(container);
  };
  // The reader goes down by recursion.
  if (jsonFlawOf(text, DEPTH_MAX) === 'too_deep') return err(`nested deeper than ${DEPTH_MAX}`);
  jsonc.visit(
    text,
    {
      onObjectBegin: () => begin(Object.create(null)),
      onObjectProperty: (property, _offset, _length, line, column) => {
        name = property;
        if (Object.hasOwn(open.at(-1) ?? {}, property))
          complaint ??= `the name ${JSON.stringify(property)} stands twice in one object at ${where(line, column)}`;
        else if (!property.isWellFormed()) complaint ??= `half a surrogate pair at ${where(line, column)}`;
      },
      onObjectEnd: () => void open.pop(),
      onArrayBegin: () => begin([]),
      onArrayEnd: () => void open.pop(),
      onLiteralValue: (value, offset, length, line, column) => {
        if (typeof value === 'string' && !value.isWellFormed())
          complaint ??= `half a surrogate pair at ${where(line, column)}`;
        put(typeof value === 'number' ? toNumber(text.slice(offset, offset + length)) : value);
      },
      onError: (error, _offset, _length, line, column) => {
        complaint ??= `not JSON: ${jsonc.printParseErrorCode(error)} at ${where(line, column)}`;
      },
    },
    { disallowComments: true },
  );
  return complaint === undefined ? ok(whole) : err(complaint);
}
