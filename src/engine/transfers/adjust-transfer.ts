/**
 * POST /v1/transfers/adjustments: a correction by hand, with the reason for it. A kind of its own, so that nobody takes it
 * for what a client sent, and a scope of its own, which may debit any account; bounds, freezes and closing hold for it as
 * for every other transfer. It is found by its reason, and reversed as every other transfer.
 */
import { post, useCase } from '../use-case.ts';
import { postingRequest, token } from '../wire.ts';
import { transferCommand } from './create-transfer.ts';
import { transfer } from './transfer-view.ts';

const input = postingRequest
  .safeExtend({
    reason: token.meta({
      description: 'Your own code for why it is corrected, searchable.',
      example: 'duplicate-posting',
    }),
  })
  .meta({ id: 'AdjustmentRequest' });

export const adjustTransfer = useCase({
  name: 'transfer.adjust',
  summary: 'Post an adjustment',
  permission: 'transfers:adjust',
  kind: 'command',
  input,
  output: transfer,
  run(engine, call) {
    const { reason, ...request } = call.input;
    const {
      type: _,
      holdSeconds: _hold,
      sourceTime: _time,
      exchange: _exchange,
      ...asked
    } = transferCommand(request);
    return post(engine, call, { type: 'transfer.adjust', ...asked, reason });
  },
});
