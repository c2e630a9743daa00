/** GET /v1/transfers/{id}: a transfer as it is now. Its event is the transfer; a hold has a status that changes. */
import { z } from 'zod';
import { isTransferType, parseEvent } from '../../audit/event.ts';
import { defined } from '../../kernel/assert.ts';
import { FailureError } from '../../kernel/failure.ts';
import { presentSchedule, presentTransfer, withReversals } from '../hold-view.ts';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { transferNumber, transferPath } from './transfer-path.ts';
import { transfer } from './transfer-view.ts';

export const getTransfer = useCase({
  name: 'transfer.get',
  summary: 'Read a transfer',
  permission: 'transfers:read',
  kind: 'query',
  input: z.strictObject({ id: transferPath }),
  output: transfer,
  async run({ reads }, { ledgerId, input }) {
    const number = transferNumber(ledgerId, input.id);
    const body = await reads.event(ledgerId, number);
    const event = body === null ? undefined : parseEvent(body);
    // The number of an account's or a key's event makes no transfer.
    if (!event || !isTransferType(event.type)) throw new FailureError('not_found');
    if (event.outcome === 'scheduled') {
      const schedule = await reads.schedules.present(ledgerId, number);
      return found(presentSchedule(event, defined(schedule, 'what was scheduled is a schedule')));
    }
    const hold = event.outcome === 'held' ? await reads.hold(ledgerId, number) : null;
    const reversals = event.outcome === 'posted' ? await reads.reversals(ledgerId, number) : null;
    return found(withReversals(event, presentTransfer(event, hold), reversals));
  },
});
