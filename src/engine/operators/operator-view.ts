/** Operators and their sessions on the wire: nothing that could be signed in with. */
import { z } from 'zod';
import type { Grant } from '../../identity/grant.ts';
import { FAILURES_MAX, IDLE_SECONDS, isLive, type OperatorState } from '../../identity/operator.ts';
import { ROLES } from '../../identity/role.ts';
import { formatMicros } from '../../kernel/clock.ts';
import { formatLedgerId } from '../../kernel/id.ts';
import { token } from '../wire.ts';
import type { FoundOperator } from './store.ts';
import { operatorId, sessionId } from './submit.ts';

/** Begins with a letter, so that it is never taken for a number. */
export const operatorName = token
  .regex(/^[A-Za-z]/, 'a name begins with a letter')
  .meta({ description: 'Handle of an operator; no name of a person.', example: 'asha' });

export const grant = z
  .strictObject({
    role: z.enum(ROLES),
    ledger: z.string().nullable().meta({
      description: 'For this ledger alone; null: for the installation and every ledger.',
      example: null,
    }),
  })
  .meta({ id: 'Grant' });

export const grantsView = (grants: readonly Grant[]): z.output<typeof grant>[] =>
  grants.map(({ role, ledger }) => ({ role, ledger: ledger === null ? null : formatLedgerId(ledger) }));

export const operator = z
  .strictObject({
    id: z.string().meta({ example: 'opr_0000000000000001' }),
    name: z.string(),
    grants: z.array(grant),
    status: z.enum(['invited', 'enrolled', 'disabled']),
    locked: z
      .boolean()
      .meta({ description: 'Too many failures in a row; bahi operator unlock gives the attempts back.' }),
    recovery_codes_left: z.int(),
  })
  .meta({ id: 'Operator' });

export const operatorView = (state: OperatorState): z.output<typeof operator> => ({
  id: operatorId(state.id),
  name: state.name,
  grants: grantsView(state.grants),
  status: state.status,
  locked: state.failures >= FAILURES_MAX,
  recovery_codes_left: state.recoveryHashes.length,
});

export const session = z
  .strictObject({
    id: z.string().meta({ example: 'ses_0000000000000003' }),
    started_at: z.string(),
    expires_at: z.string().meta({ description: 'When it is over however much it is used.' }),
    idle_expires_at: z.string().meta({
      description: `When it is over unless it is used: ${IDLE_SECONDS / 60} minutes after the last use.`,
    }),
    current: z.boolean().meta({ description: 'The session of this very request.' }),
  })
  .meta({ id: 'Session' });

/** Sessions that can be used at this moment. */
export const liveSessions = (
  { state, seen }: FoundOperator,
  current: number | undefined,
  nowMicros: number,
): z.output<typeof session>[] =>
  state.sessions
    .filter((each) => isLive(each, seen.get(each.id), nowMicros))
    .map(({ id, startedAt, expiresAt }) => {
      const used = Math.max(startedAt, seen.get(id) ?? 0);
      return {
        id: sessionId(id),
        started_at: formatMicros(startedAt),
        expires_at: formatMicros(expiresAt),
        idle_expires_at: formatMicros(Math.min(expiresAt, used + IDLE_SECONDS * 1_000_000)),
        current: id === current,
      };
    });
