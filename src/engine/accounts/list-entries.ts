/**
 * GET /v1/accounts/{id}/entries: every change of the account's state, newest first unless told otherwise. Each entry
 * has the cumulative totals after it, so any page is checkable by itself: a statement needs no reading from the start.
 */
import { z } from 'zod';
import { formatMicros } from '../../kernel/clock.ts';
import { exponentOf } from '../../kernel/currency.ts';
import { formatId } from '../../kernel/id.ts';
import { formatMinor } from '../../kernel/money.ts';
import type { AccountIdentity } from '../../ledger/account.ts';
import { legOfPosition, numberOfPosition } from '../../ledger/transfer.ts';
import { listPage, pageInput, pageOf } from '../page.ts';
import type { ListedEntry } from '../reads.ts';
import { useCase } from '../use-case.ts';
import { checkPeriod, moment } from '../wire.ts';
import { accountPath, balances, balancesView, requireAccount } from './account-view.ts';

const entry = z
  .strictObject({
    transfer_id: z.string(),
    direction: z.enum(['debit', 'credit', 'hold', 'release', 'refused']).meta({
      description:
        'What has the amount zero moves nothing: a hold, its release, and the count of a refused transfer that would have debited the account.',
    }),
    amount: z.string(),
    debits: z.string().meta({ description: 'Cumulative debits after this entry.' }),
    credits: z.string().meta({ description: 'Cumulative credits after this entry.' }),
    balances,
    version: z.int().meta({ description: 'Ordinal of the entry in its account, from 1 without gaps.' }),
    leg: z.int().meta({ description: 'Index of the leg in its transfer.' }),
    at: z.string(),
  })
  .meta({ id: 'Entry' });

export const listEntries = useCase({
  name: 'account.entries',
  summary: 'List the entries of an account with the balances after each',
  permission: 'accounts:read',
  kind: 'query',
  input: z
    .strictObject({
      id: accountPath,
      order: z.enum(['asc', 'desc']).default('desc'),
      from: moment.optional().meta({ description: 'Posted or refused at this time or later.' }),
      to: moment.optional().meta({ description: 'Posted or refused before this time.' }),
      ...pageInput,
    })
    .superRefine(checkPeriod),
  output: pageOf(entry),
  async run(engine, call) {
    const { ledgerId, input } = call;
    const { order, from, to } = input;
    const { identity } = await requireAccount(engine, call, input.id);
    const period = { from: from ?? null, to: to ?? null };
    return listPage(engine, call, input, {
      useCase: 'account.entries',
      filters: { account: identity.id, order, from, to },
      descending: order === 'desc',
      fetch: (range) => engine.reads.entries(ledgerId, identity.id, period, range),
      numberOf: (row) => row.position,
      view: (row) => entryView(ledgerId, identity, row),
    });
  },
});

/** A refused transfer is counted; any other that moves nothing places a hold, and what comes to a hold releases it. */
function directionOf({ amount, refused, type }: ListedEntry): string {
  if (amount !== 0n) return amount < 0n ? 'debit' : 'credit';
  if (refused) return 'refused';
  return type === 'transfer.create' ? 'hold' : 'release';
}

function entryView(ledgerId: number, { kind, currency }: AccountIdentity, row: ListedEntry) {
  const text = (minor: bigint): string => formatMinor(minor, exponentOf(currency));
  const { amount, position, totals } = row;
  return {
    transfer_id: formatId('trf', ledgerId, numberOfPosition(position)),
    direction: directionOf(row),
    amount: text(amount < 0n ? -amount : amount),
    debits: text(totals.debits),
    credits: text(totals.credits),
    balances: balancesView(kind, currency, totals),
    version: totals.version,
    leg: legOfPosition(position),
    at: formatMicros(row.at),
  };
}
