/**
 * Invites an operator, at the command line only. The invitation is shown this once, works once and for a day (OWASP ASVS
 * 5.0.0 V6.4.1); whoever redeems it chooses the password and enrols the second factor, so nobody else ever knows either.
 */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { newInvitation } from '../../identity/operator-token.ts';
import { ROLES } from '../../identity/role.ts';
import { defined } from '../../kernel/assert.ts';
import { formatMicros, parseMicros } from '../../kernel/clock.ts';
import { renderAnswer } from '../render.ts';
import { requireShell, useCase } from '../use-case.ts';
import { ADMIN_IS_BEYOND, ledgerNumber, ledgerRef } from './grant-role.ts';
import { grant, grantsView, operatorName } from './operator-view.ts';
import { operatorId, recordOperator } from './submit.ts';

const INVITATION_SECONDS = 24 * 3600;

export const createOperator = useCase({
  name: 'operator.create',
  summary: 'Invite an operator',
  permission: 'shell',
  kind: 'once',
  input: z
    .strictObject({ name: operatorName, role: z.enum(ROLES), ledger: ledgerRef })
    .refine(({ role, ledger }) => role !== 'admin' || ledger === undefined, {
      error: ADMIN_IS_BEYOND,
      path: ['ledger'],
    }),
  output: z.strictObject({
    invitation: z.string().meta({ description: 'Shown this once.' }),
    id: z.string(),
    name: z.string(),
    grants: z.array(grant),
    expires_at: z.string(),
  }),
  async run(engine, call) {
    requireShell(call);
    const { name, role } = call.input;
    const given = { role, ledger: await ledgerNumber(engine, call.input.ledger) };
    const { token, hash } = newInvitation();
    const body = await recordOperator(engine, call, {
      type: 'operator.create',
      name,
      grant: given,
      invitationHash: hash,
      expiresInSeconds: INVITATION_SECONDS,
    });
    const { at, number, outcome } = parseEvent(body);
    if (outcome === 'refused') return renderAnswer(body, false);
    const expiresAt = defined(parseMicros(at), 'the time of an event') + INVITATION_SECONDS * 1_000_000;
    const created = {
      id: operatorId(Number(number)),
      name,
      grants: grantsView([given]),
      expires_at: formatMicros(expiresAt),
    };
    return { status: 201, body: { invitation: token, ...created }, replayed: false };
  },
});
