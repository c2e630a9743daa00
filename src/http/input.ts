/**
 * From the parts of a request to the one flat input of its use case, and from what zod finds wrong to errors that say
 * what to do. A field may come from one place only; unknown and doubled fields are refused, never ignored.
 */
import type { z } from 'zod';
import { FailureError, type FieldError } from '../kernel/failure.ts';
import { isToken, personalShape } from '../kernel/text.ts';

const ERRORS_MAX = 20;
const NAME_CHARS_MAX = 64;

/** RFC 6901 §3. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The fields of a query string, each once. Fails with invalid_request. */
export function queryFields(search: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (fields.has(name)) throw invalid([{ pointer: shown([name]), message: 'send this field once' }]);
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
        pointer: shown([name]),
        message: 'this stands in the path: leave it out here',
      })),
    );
  return { ...value, ...params };
}

/** Fails with invalid_request, or with personal_data where nothing else is wrong. */
export function parseInput<I>(schema: z.ZodType<I>, value: unknown): I {
  const parsed = schema.safeParse(value, { error: adviceFor });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const personal = issues.every(isPersonal);
  throw new FailureError(
    personal ? 'personal_data' : 'invalid_request',
    undefined,
    issues.flatMap(errorsOf).slice(0, ERRORS_MAX),
  );
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

/** The key of a record has its issues one level deeper. */
const isPersonal = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_key'
    ? issue.issues.every(isPersonal)
    : issue.code === 'custom' && issue.params?.['failure'] === 'personal_data';

const invalid = (errors: readonly FieldError[]): FailureError =>
  new FailureError('invalid_request', undefined, errors);

/** Names of unknown fields are the client's own text: shown back only while they are short. */
const shown = (path: readonly PropertyKey[]): string =>
  pointerOf(path.map((step) => (String(step).length > NAME_CHARS_MAX ? '…' : step)));

function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: shown([...issue.path, key]),
      message: 'this field is not known here: remove it',
    }));
  // A key of a record that is not acceptable: the reason stands one level deeper.
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => ({ pointer: shown(issue.path), message }));
  return [{ pointer: shown(issue.path), message: issue.message }];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a JSON string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a JSON array',
  object: 'a JSON object',
  record: 'a JSON object',
};

/** Messages for what a schema has no words of its own for (its own words win). */
function adviceFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `${issue.input === undefined ? 'this field is required: ' : ''}send ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `send ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `send at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `send at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_format':
      return `send text of the form ${issue.format === 'regex' ? String(issue.pattern) : issue.format}`;
    default:
      return undefined;
  }
}

const unitOf = (origin: string): string =>
  origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';
