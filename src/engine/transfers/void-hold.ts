/** POST /v1/transfers/{id}/void: gives back all that a hold still reserves, and so ends it. */
import { z } from 'zod';
import { post, useCase } from '../use-case.ts';
import { transferNumber, transferPath } from './transfer-path.ts';

const output = z
  .strictObject({
    id: z.string().meta({ description: 'The transfer that placed the hold.' }),
    status: z.literal('voided'),
    released: z.array(z.string()).meta({ description: 'What was given back of each leg.' }),
    voided_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'Void' });

export const voidTransfer = useCase({
  name: 'transfer.void',
  summary: 'Void a hold',
  permission: 'transfers:write',
  kind: 'command',
  input: z.strictObject({ id: transferPath }).meta({ id: 'VoidRequest' }),
  output,
  run: (engine, call) =>
    post(engine, call, { type: 'transfer.void', hold: transferNumber(call.ledgerId, call.input.id) }),
});
