/**
 * From the parts of a request to the one flat input of its use case. A field may come from one place only; unknown and
 * doubled fields are refused, never ignored.
 */
import { shownPointer } from '../engine/parse-input.ts';
import { FailureError, type FieldError } from '../kernel/failure.ts';
import { isToken, personalShape } from '../kernel/text.ts';

/** The fields of a query string, each once. Fails with invalid_request. */
export function queryFields(search: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (fields.has(name)) throw invalid([{ pointer: shownPointer([name]), message: 'send this field once' }]);
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

/** Adds the parameters of the path. Fails with invalid_request where the body or the query names them, too. */
export function withPathParams(value: unknown, params: Readonly<Record<string, string>>): unknown {
  if (Object.keys(params).length === 0) return value;
  // Left to the schema, which says that it wants an object.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const twice = Object.keys(params).filter((name) => Object.hasOwn(value, name));
  if (twice.length > 0)
    throw invalid(
      twice.map((name) => ({
        pointer: shownPointer([name]),
        message: 'this stands in the path: leave it out here',
      })),
    );
  return { ...value, ...params };
}

/** Fails with idempotency_key_missing, idempotency_key_invalid, personal_data. A doubled header arrives with a comma. */
export function idempotencyKeyOf(header: string | undefined): string {
  if (header === undefined || header === '') throw new FailureError('idempotency_key_missing');
  if (!isToken(header)) throw new FailureError('idempotency_key_invalid');
  const shape = personalShape(header);
  if (shape === undefined) return header;
  throw new FailureError('personal_data', undefined, [
    {
      pointer: 'Idempotency-Key',
      message: `this has the shape of a ${shape}: use a random token in its place`,
    },
  ]);
}

const invalid = (errors: readonly FieldError[]): FailureError =>
  new FailureError('invalid_request', undefined, errors);
