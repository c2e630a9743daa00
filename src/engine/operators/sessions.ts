/**
 * Sessions: an operator lists its own and ends one; an administrator lists another's and ends them all. Ending is an event,
 * so it acts at once and everywhere.
 */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { INSTALLATION_LEDGER, parseId } from '../../kernel/id.ts';
import { pageOf, wholeList } from '../page.ts';
import { type Caller, type Engine, useCase } from '../use-case.ts';
import { liveSessions, session } from './operator-view.ts';
import type { FoundOperator } from './store.ts';
import { operatorId, submitOperator } from './submit.ts';

/** Second assertion of what the adapter admitted. */
function ownOperator({ actor }: Caller): number {
  if (actor.operator === undefined)
    throw new FailureError('forbidden', 'This takes the session of an operator.');
  return actor.operator;
}

/** Whose session asks, with the sealed factors. Fails with `unauthenticated` where it was ended a moment ago. */
export async function ownSession({ operators }: Engine, call: Caller) {
  const found = await operators.store.find(ownOperator(call), true);
  const { state, password, totp } = found ?? {};
  const session = state?.sessions.find(({ id }) => id === call.session);
  if (!state || !session || !password || !totp || state.credential === null)
    throw new FailureError('unauthenticated');
  return { found: { state, password, totp, credential: state.credential }, session };
}

export const listSessions = useCase({
  name: 'session.list',
  summary: "List the operator's own sessions",
  permission: 'sessions:own',
  kind: 'query',
  input: z.strictObject({}),
  output: pageOf(session),
  async run({ clock, operators }, call) {
    const found = await operators.store.find(ownOperator(call), false);
    if (!found) throw new FailureError('unauthenticated');
    return wholeList(liveSessions(found, call.session, clock.nowMicros()));
  },
});

export const endSession = useCase({
  name: 'session.end',
  summary: "End one of the operator's own sessions",
  permission: 'sessions:own',
  kind: 'once',
  input: z.strictObject({ id: z.string().max(64).meta({ example: 'ses_0000000000000003' }) }),
  output: z.strictObject({ id: z.string(), ended_at: z.string() }),
  async run(engine, call) {
    const operator = ownOperator(call);
    const { id } = call.input;
    const number = parseId('ses', INSTALLATION_LEDGER, id);
    if (number === undefined) throw new FailureError('not_found');
    const command = { type: 'operator.end_session', operator, session: number } as const;
    const { at } = await submitOperator(engine, call, command);
    return { status: 200, body: { id, ended_at: at }, replayed: false };
  },
});

const operatorPath = z.string().max(64).meta({ example: 'opr_0000000000000001' });

export const listOperatorSessions = useCase({
  name: 'operator.sessions',
  summary: 'List the sessions of an operator',
  permission: 'sessions:read',
  kind: 'query',
  input: z.strictObject({ id: operatorPath }),
  output: pageOf(session),
  async run(engine, call) {
    const found = await operatorAt(engine, call.input.id);
    return wholeList(liveSessions(found, call.session, engine.clock.nowMicros()));
  },
});

export const endSessions = useCase({
  name: 'operator.end_sessions',
  summary: 'End all sessions of an operator',
  permission: 'sessions:end',
  fresh: true,
  kind: 'once',
  input: z.strictObject({ id: operatorPath }),
  output: z.strictObject({ id: z.string(), ended_at: z.string() }),
  async run(engine, call) {
    const { state } = await operatorAt(engine, call.input.id);
    const { at } = await submitOperator(engine, call, { type: 'operator.end_sessions', operator: state.id });
    return { status: 200, body: { id: operatorId(state.id), ended_at: at }, replayed: false };
  },
});

async function operatorAt({ operators }: Engine, id: string): Promise<FoundOperator> {
  const number = parseId('opr', INSTALLATION_LEDGER, id);
  const found = number === undefined ? undefined : await operators.store.find(number, false);
  if (!found) throw new FailureError('not_found');
  return found;
}
