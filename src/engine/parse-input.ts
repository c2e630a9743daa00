/**
 * From what an adapter was given to the input of a use case, and from what zod finds wrong to errors that say what to do.
 * Requests and the command line read it here, so that both are told in the same words.
 */
import type { z } from 'zod';
import { type FailureCode, FailureError, type FieldError, isFailureCode } from '../kernel/failure.ts';
import type { UseCase } from './use-case.ts';

const ERRORS_MAX = 20;
const NAME_CHARS_MAX = 64;

/** What zod's own `validate` sets, and its types keep to themselves. */
const FIRST_ERRORS = { error: adviceFor, abortEarly: true };

/** RFC 6901 §3. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * Fails with invalid_request, or with a code of its own (personal_data) where nothing else is wrong. A batch is told its first errors only:
 * all of them could be millions.
 */
export function parseInput<I>(schema: z.ZodType<I>, value: unknown, kind?: UseCase['kind']): I {
  const parsed = schema.safeParse(value, kind === 'batch' ? FIRST_ERRORS : { error: adviceFor });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const codes = new Set(issues.map(ownCode));
  const [code] = codes.size === 1 ? codes : [];
  throw new FailureError(code ?? 'invalid_request', undefined, issues.flatMap(errorsOf).slice(0, ERRORS_MAX));
}

/** What has a code of its own carries it in the params of its issue (wire.ts). */
function ownCode(issue: z.core.$ZodIssue): FailureCode | undefined {
  const own: unknown = issue.code === 'custom' ? issue.params?.['failure'] : undefined;
  return typeof own === 'string' && isFailureCode(own) ? own : undefined;
}

/** Names of unknown fields are the client's own text: shown back only while they are short. */
export const shownPointer = (path: readonly PropertyKey[]): string =>
  pointerOf(path.map((step) => (String(step).length > NAME_CHARS_MAX ? '…' : step)));

function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: shownPointer([...issue.path, key]),
      message: 'this field is not known here: remove it',
    }));
  // A key of a record that is not acceptable: the reason stands one level deeper.
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => ({ pointer: shownPointer(issue.path), message }));
  return [{ pointer: shownPointer(issue.path), message: issue.message }];
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
