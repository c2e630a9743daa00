/**
 * POST /v1/periods: closes the books of the ledger up to a moment. From then on nothing is posted that counts before it; the
 * balances are carried forward behind the answer (carrier.ts).
 */
import { z } from 'zod';
import { post, useCase } from '../use-case.ts';
import { effectiveMoment } from '../wire.ts';
import { period } from './period-view.ts';

export const closePeriod = useCase({
  name: 'period.close',
  summary: 'Close the books up to a moment',
  permission: 'periods:close',
  kind: 'command',
  input: z
    .strictObject({
      closed_until: effectiveMoment.meta({
        description:
          'The first moment that stays open: in the past, and later than that of the close before.',
        example: '2026-04-01T00:00:00+05:30',
      }),
    })
    .meta({ id: 'PeriodClose' }),
  output: period,
  run: (engine, call) => post(engine, call, { type: 'period.close', closedUntil: call.input.closed_until }),
});
