/**
 * Pages of a list: `limit` and `cursor` in, `data` with a cursor each way out.
 *
 * A page may be shorter than its limit, even empty, and still have more behind it: a read examines a bounded number of
 * candidates, so that rare matches in a long history take more requests and never a slow one. The end of the list is
 * where `next_cursor` is null, nowhere else. No total count: that would grow with the history.
 */
import { z } from 'zod';
import type { Json } from '../kernel/canonical-json.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Answer } from './render.ts';
import type { Caller, Engine } from './use-case.ts';

const LIMIT_MAX = 100;
const LIMIT_DEFAULT = 20;

const LIMIT_HELP = `use a whole number from 1 to ${LIMIT_MAX}`;

/** One number has one spelling: no sign, exponent or leading zero. */
export const plainNumber = (value: unknown): unknown =>
  typeof value !== 'string' ? value : /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : Number.NaN;

/** Fields of every list's input. A query string brings texts, the command line numbers. */
export const pageInput = {
  limit: z
    .preprocess(
      plainNumber,
      z
        .number(LIMIT_HELP)
        .int(LIMIT_HELP)
        .min(1, 'ask for at least 1')
        .max(LIMIT_MAX, `ask for at most ${LIMIT_MAX}`)
        // Inside, where the schema that OpenAPI shows still has it.
        .default(LIMIT_DEFAULT),
    )
    .meta({ description: 'The most that one page holds.' }),
  cursor: z
    .string()
    .max(64, 'this is no cursor')
    .optional()
    .meta({ description: 'next_cursor or previous_cursor of an earlier page with the same filters.' }),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    data: z.array(item),
    has_more: z.boolean().meta({
      description:
        'True when next_cursor is there; a page may be shorter than the limit and still have more behind it.',
    }),
    next_cursor: z.string().nullable(),
    previous_cursor: z.string().nullable(),
  });

/** What a read is asked for: at most `count` rows beyond a number, in one direction. */
export interface Range {
  readonly beyond: number | null;
  readonly descending: boolean;
  readonly count: number;
}

export interface Fetched<R> {
  /** In the direction asked for. */
  readonly rows: readonly R[];
  /** The last candidate examined, where the read stopped before it had enough or came to the end. */
  readonly examinedTo: number | null;
}

export interface ListDefinition<R> {
  readonly useCase: string;
  readonly filters: Readonly<Record<string, Json | undefined>>;
  readonly descending: boolean;
  /** Asks for one row more than the limit, which tells whether there are more. */
  fetch(range: Range): Promise<Fetched<R>>;
  numberOf(row: R): number;
  view(row: R): Record<string, unknown>;
}

export async function listPage<R>(
  engine: Engine,
  { ledgerId }: Caller,
  { limit, cursor: text }: { readonly limit: number; readonly cursor?: string | undefined },
  list: ListDefinition<R>,
): Promise<Answer> {
  const binding = { useCase: list.useCase, ledgerId, filters: list.filters };
  const cursor = text === undefined ? undefined : openCursor(engine.cursorKey, binding, text);
  const backward = cursor?.backward ?? false;
  const descending = list.descending !== backward;
  const fetched = await list.fetch({ beyond: cursor?.beyond ?? null, descending, count: limit + 1 });

  const rows = fetched.rows.slice(0, limit);
  const onward = fetched.rows.length > limit ? list.numberOf(rows.at(-1) as R) : fetched.examinedTo;
  // The other way lies the boundary itself, and what is behind it.
  const back = cursor === undefined ? null : cursor.beyond + (descending ? -1 : 1);
  const [next, previous] = backward ? [back, onward] : [onward, back];
  const seal = (beyond: number | null, against: boolean): string | null =>
    beyond === null ? null : sealCursor(engine.cursorKey, binding, { beyond, backward: against });
  return found({
    data: (backward ? rows.toReversed() : rows).map((row) => list.view(row)),
    has_more: next !== null,
    next_cursor: seal(next, false),
    previous_cursor: seal(previous, true),
  });
}

/** A list that is short by nature, on one page. */
export const wholeList = (data: readonly Record<string, unknown>[]): Answer =>
  found({ data, has_more: false, next_cursor: null, previous_cursor: null });

/** The answer of a query. */
export const found = (body: Record<string, unknown>): Answer => ({ status: 200, body, replayed: false });
