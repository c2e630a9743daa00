/** POST /v1/transfers/{id}/cancel: takes back a scheduled transfer that has not been executed. */
import { z } from 'zod';
import { post, useCase } from '../use-case.ts';
import { transferNumber, transferPath } from './transfer-path.ts';

const output = z
  .strictObject({
    id: z.string().meta({ description: 'The transfer that was scheduled.' }),
    status: z.literal('canceled'),
    canceled_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'Cancellation' });

export const cancelTransfer = useCase({
  name: 'transfer.cancel',
  summary: 'Cancel a scheduled transfer',
  permission: 'transfers:write',
  kind: 'command',
  input: z.strictObject({ id: transferPath }).meta({ id: 'CancelRequest' }),
  output,
  run: (engine, call) =>
    post(engine, call, { type: 'transfer.cancel', schedule: transferNumber(call.ledgerId, call.input.id) }),
});
