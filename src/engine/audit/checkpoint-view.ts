/** A checkpoint and proofs on the wire: hashes are base64 (RFC 4648 §4), sizes and numbers are strings. */
import { z } from 'zod';
import { formatMicros } from '../../kernel/clock.ts';
import { NUMBER_MAX } from '../../kernel/id.ts';
import type { StoredCheckpoint } from './store.ts';

const HELP = 'use a whole number from 1, such as 4711';

/** The number of an event, or of the first events of a log: one spelling each. */
export const eventCount = z.preprocess(
  (value) => (typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : value),
  z.number(HELP).int(HELP).min(1, HELP).max(NUMBER_MAX, 'no log has that many events'),
);

export const hash = z.string().meta({ description: '32 bytes in base64.' });

export const checkpointShape = {
  origin: z
    .string()
    .meta({ description: 'Names the log: first line of its checkpoints, and name of its keys.' }),
  size: z.string().meta({ description: 'Events that it covers, from the first.' }),
  root: hash,
  note: z.string().meta({
    description:
      'The signed note (C2SP tlog-checkpoint). Check it with the key that bahi audit key prints, and keep it: a later one has to be consistent with it.',
  }),
  signed_at: z.string(),
};

export const checkpointView = ({
  origin,
  size,
  root,
  note,
  signedAt,
}: StoredCheckpoint & { readonly origin: string }) => ({
  origin,
  size: String(size),
  root: root.toString('base64'),
  note,
  signed_at: formatMicros(signedAt),
});
