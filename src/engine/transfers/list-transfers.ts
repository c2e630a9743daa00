/**
 * GET /v1/transfers: transfers of the ledger, newest first, filtered by account, status, time, reference, reason and metadata.
 *
 * Metadata is asked for as `metadata.<name>=<value>`, once for each name; all filters must hold. A refused transfer is
 * found by the accounts that it would have debited, since those alone count it. An unknown account has no transfers.
 * Captures, reversals, adjustments and executions of what was scheduled are transfers of their own; one that was held or
 * scheduled has the status that it has now. What is scheduled changes no account, so none finds it: ask for the status, a
 * reference or metadata.
 */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { parseMicros } from '../../kernel/clock.ts';
import { findAccount } from '../accounts/account-view.ts';
import { presentSchedule, presentTransfer, withReversals } from '../hold-view.ts';
import { listPage, pageInput, pageOf } from '../page.ts';
import type { TransferFilters } from '../reads.ts';
import { type Caller, type Engine, useCase } from '../use-case.ts';
import { accountRef, checkToken, reference, token } from '../wire.ts';
import { transfer } from './transfer-view.ts';

const METADATA = 'metadata.';
const METADATA_FILTERS_MAX = 8;

const time = z
  .string()
  .refine(
    (text) => parseMicros(text) !== undefined,
    'use a UTC time of RFC 3339, such as 2026-04-01T00:00:00Z',
  );

const ownFields = {
  account: accountRef.optional(),
  status: z
    .enum([
      'posted',
      'held',
      'voided',
      'expired',
      'scheduled',
      'executed',
      'execution_refused',
      'canceled',
      'refused',
    ])
    .optional(),
  from: time.optional().meta({ description: 'Posted, held or refused at this time or later.' }),
  to: time.optional().meta({ description: 'Posted, held or refused before this time.' }),
  reference: reference.optional(),
  reason: token.optional().meta({ description: 'Of an adjustment.', example: 'duplicate-posting' }),
  ...pageInput,
};

/** Keys that are no field of its own are kept by the catch-all; each must name a piece of metadata. */
const input = z
  .object(ownFields)
  .catchall(token)
  .superRefine((value, context) => {
    const others = Object.keys(value).filter((name) => !Object.hasOwn(ownFields, name));
    for (const name of others) {
      if (name.startsWith(METADATA)) checkToken(name.slice(METADATA.length), [name], context);
      else
        context.addIssue({
          code: 'unrecognized_keys',
          keys: [name],
          input: value,
          message: `there is no filter ${name}`,
        });
    }
    if (others.length > METADATA_FILTERS_MAX)
      context.addIssue({
        code: 'custom',
        message: `filter by at most ${METADATA_FILTERS_MAX} pieces of metadata`,
      });
  });

export const listTransfers = useCase({
  name: 'transfer.list',
  summary: 'List transfers',
  permission: 'transfers:read',
  kind: 'query',
  input,
  output: pageOf(transfer),
  async run(engine, call) {
    const { ledgerId } = call;
    const { limit, cursor, ...filters } = call.input;
    const asked = await searchOf(engine, call, filters);
    return listPage(
      engine,
      call,
      { limit, cursor },
      {
        useCase: 'transfer.list',
        filters,
        descending: true,
        fetch: (range) =>
          asked === undefined
            ? Promise.resolve({ rows: [], examinedTo: null })
            : engine.reads.transfers(ledgerId, asked, range),
        numberOf: (row) => row.number,
        view: ({ body, hold, reversals, schedule }) => {
          const event = parseEvent(body);
          if (schedule) return presentSchedule(event, schedule);
          return withReversals(event, presentTransfer(event, hold), reversals);
        },
      },
    );
  },
});

/** What to look for; undefined when nothing can be found. */
async function searchOf(
  engine: Engine,
  caller: Caller,
  filters: Readonly<Record<string, string | undefined>>,
): Promise<TransferFilters | undefined> {
  const { account, status, from, to } = filters;
  const state = account === undefined ? undefined : await findAccount(engine, caller, account);
  if (account !== undefined && !state) return undefined;
  const search = Object.entries(filters).filter(
    (filter): filter is [string, string] =>
      filter[1] !== undefined &&
      (filter[0] === 'reference' || filter[0] === 'reason' || filter[0].startsWith(METADATA)),
  );
  return {
    account: state?.identity.id ?? null,
    status: status ?? null,
    from: from === undefined ? null : (parseMicros(from) ?? null),
    to: to === undefined ? null : (parseMicros(to) ?? null),
    // The reference first: it finds the fewest.
    search: search.sort(([one]) => (one === 'reference' ? -1 : 1)),
  };
}
