/**
 * GET and POST /v1/sandbox/clock: where the clock of a sandbox ledger stands, and moving it forward. Expiry of holds and
 * of keys, posted times and questions about a moment all follow it; it never goes back and never stands still.
 */
import { z } from 'zod';
import { formatMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { ADVANCE_SECONDS_MAX } from '../../ledger/sandbox.ts';
import type { MoveClock } from '../command.ts';
import { post, useCase } from '../use-case.ts';
import { moment } from '../wire.ts';

const now = z.string().meta({ description: 'The time of the ledger, in UTC.' });
const ahead = z.number().meta({ description: 'Seconds that it is ahead of real time.' });

export const getClock = useCase({
  name: 'clock.get',
  summary: 'Read the clock of a sandbox ledger',
  permission: 'sandbox:clock',
  kind: 'query',
  input: z.strictObject({}),
  output: z.strictObject({ now, ahead_seconds: ahead }).meta({ id: 'Clock' }),
  async run({ reads }, { ledgerId }) {
    const clock = await reads.clock(ledgerId);
    if (clock === null) throw new FailureError('live_ledger');
    const body = { now: formatMicros(clock.now), ahead_seconds: clock.ahead / 1_000_000 };
    return { status: 200, body, replayed: false };
  },
});

export const moveClock = useCase({
  name: 'clock.move',
  summary: 'Move the clock of a sandbox ledger forward',
  permission: 'sandbox:clock',
  kind: 'command',
  input: z
    .strictObject({
      advance_seconds: z
        .int()
        .min(1)
        .max(ADVANCE_SECONDS_MAX)
        .optional()
        .meta({ description: 'By so much, at most ten years at once; or `to`.' }),
      to: moment.optional().meta({ description: 'To this time; or `advance_seconds`.' }),
    })
    .meta({ id: 'ClockMove' }),
  output: z
    .strictObject({
      now,
      ahead_seconds: ahead,
      moved_at: z.string().meta({ description: 'The time of the ledger before.' }),
      event_number: z.string(),
    })
    .meta({ id: 'MovedClock' }),
  run(engine, call) {
    const { advance_seconds: advanceSeconds, to } = call.input;
    const command: MoveClock | undefined =
      to === undefined
        ? advanceSeconds === undefined
          ? undefined
          : { type: 'clock.move', advanceSeconds }
        : { type: 'clock.move', to };
    if (!command || (to !== undefined && advanceSeconds !== undefined))
      throw new FailureError('invalid_request', undefined, [
        { pointer: '/advance_seconds', message: 'send either advance_seconds or to' },
      ]);
    return post(engine, call, command);
  },
});
