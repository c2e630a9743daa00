/** Factors on the wire: nothing that a code could be made of. */
import { z } from 'zod';
import {
  type CustomerState,
  FAILURES_MAX,
  FAILURES_PER_LOCK,
  type FactorState,
  isLocked,
  isPending,
  LOCK_SECONDS,
} from '../../identity/factor.ts';
import { formatMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { formatId, parseId } from '../../kernel/id.ts';
import { owner, token } from '../wire.ts';

/** Letter case does not count in a UUID. */
export const customerPath = owner.toLowerCase().meta({
  description: 'Random id of the customer, as the accounts name their owner.',
  example: 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b',
});
export const factorPath = z.string().max(64).meta({ example: 'fac_0k3m9c200000001h' });
export const label = token.meta({
  description: 'Your own name for the factor, shown in the authenticator app; no name of a person.',
  example: 'phone-1',
});

export const factor = z
  .strictObject({
    id: factorPath,
    type: z.literal('totp'),
    label: z.string().nullable(),
    status: z.enum(['pending', 'active', 'removed', 'expired']).meta({
      description:
        'expired: it was not confirmed in time. Of removed and expired ones the newest ten are told.',
    }),
    vouched_by: z.enum(['client', 'factor', 'recovery']).meta({
      description:
        'On whose word it was enrolled: of the client alone where the customer had none, of another factor, of a recovery code.',
    }),
    replaces: z.string().nullable(),
    since: z.string().meta({ description: 'When its status began.' }),
    usable_from: z
      .string()
      .nullable()
      .meta({ description: 'From when it may authorise transfers; null before it is confirmed.' }),
    last_used_at: z.string().nullable(),
    locked_until: z
      .string()
      .nullable()
      .meta({
        description: `${FAILURES_PER_LOCK} wrong codes in a row lock it for ${LOCK_SECONDS / 60} minutes, the next ${FAILURES_PER_LOCK} for twice as long, and so on up to a day.`,
      }),
    blocked: z.boolean().meta({
      description: `It takes no code any more: ${FAILURES_MAX} in a row were wrong. A recovery takes its place.`,
    }),
  })
  .meta({ id: 'Factor' });

const timeOrNull = (micros: number | null): string | null => (micros === null ? null : formatMicros(micros));

/** As it stands at a time of its ledger. */
function factorView(ledgerId: number, state: FactorState, nowMicros: number): z.output<typeof factor> {
  const expired = state.status === 'pending' && !isPending(state, nowMicros);
  return {
    id: formatId('fac', ledgerId, state.id),
    type: state.type,
    label: state.label,
    status: expired ? 'expired' : state.status,
    vouched_by: state.voucher,
    replaces: state.replaces === null ? null : formatId('fac', ledgerId, state.replaces),
    since: formatMicros(expired ? state.confirmBy : state.since),
    usable_from: timeOrNull(state.usableFrom),
    last_used_at: timeOrNull(state.usedAt),
    locked_until: isLocked(state, nowMicros) ? timeOrNull(state.lockedUntil) : null,
    blocked: state.failures >= FAILURES_MAX,
  };
}

export const factorsView = (
  ledgerId: number,
  state: CustomerState | undefined,
  nowMicros: number,
): z.output<typeof factor>[] =>
  (state?.factors ?? []).map((one) => factorView(ledgerId, one, nowMicros)).reverse();

/** The number of a factor named in a path. Fails with not_found. */
export function factorNumber(ledgerId: number, id: string): number {
  const number = parseId('fac', ledgerId, id);
  if (number === undefined) throw new FailureError('not_found');
  return number;
}
