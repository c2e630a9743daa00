/** GET /v1/transfers/{id}: a transfer, posted or refused. Its event is the transfer. */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { FailureError } from '../../kernel/failure.ts';
import { parseId } from '../../kernel/id.ts';
import { found } from '../page.ts';
import { transferView } from '../render.ts';
import { useCase } from '../use-case.ts';
import { transfer } from './transfer-view.ts';

export const getTransfer = useCase({
  name: 'transfer.get',
  summary: 'Read a transfer',
  permission: 'transfers:read',
  kind: 'query',
  input: z.strictObject({ id: z.string().max(64).meta({ example: 'trf_0k3m9c200000001h' }) }),
  output: transfer,
  async run({ reads }, { ledgerId, input }) {
    const number = parseId('trf', ledgerId, input.id);
    const body = number === undefined ? null : await reads.event(ledgerId, number);
    const event = body === null ? undefined : parseEvent(body);
    // The number of an account's or a key's event makes no transfer.
    if (event?.type !== 'transfer.create') throw new FailureError('not_found');
    return found(transferView(event));
  },
});
