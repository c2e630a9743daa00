/** GET /v1/periods: the closes of the ledger, newest first, with how far each is carried forward. */
import { z } from 'zod';
import { formatMicros } from '../../kernel/clock.ts';
import { formatId } from '../../kernel/id.ts';
import { listPage, pageInput, pageOf } from '../page.ts';
import { useCase } from '../use-case.ts';
import { period } from './period-view.ts';

export const listPeriods = useCase({
  name: 'period.list',
  summary: 'List closes of the books',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject({ ...pageInput }),
  output: pageOf(period),
  run: (engine, call) =>
    listPage(engine, call, call.input, {
      useCase: 'period.list',
      filters: {},
      descending: true,
      fetch: (range) => engine.reads.periods.list(call.ledgerId, range),
      numberOf: ({ number }) => number,
      view: ({ number, closedUntil, closedAt, accounts, carried }) => ({
        id: formatId('per', call.ledgerId, number),
        closed_until: formatMicros(closedUntil),
        status: carried ? 'carried' : 'carrying',
        balances: accounts,
        closed_at: formatMicros(closedAt),
        event_number: String(number),
      }),
    }),
});
