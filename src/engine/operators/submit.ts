/** Puts a command about operators through the fold of the installation's log. Its name is made here: none of them is asked for twice. */
import { randomUUID } from 'node:crypto';
import { type EventRecord, parseEvent } from '../../audit/event.ts';
import { FailureError } from '../../kernel/failure.ts';
import { formatId, INSTALLATION_LEDGER } from '../../kernel/id.ts';
import { type Actor, makeItem } from '../command.ts';
import { type Caller, type Engine, PATIENCE_MS } from '../use-case.ts';
import type { OperatorCommand } from './operator-command.ts';

export const operatorId = (operator: number): string => formatId('opr', INSTALLATION_LEDGER, operator);
export const sessionId = (session: number): string => formatId('ses', INSTALLATION_LEDGER, session);

/** Somebody who shows that they are this operator, or tries to. */
export const operatorActor = (operator: number): Actor => ({
  name: operatorId(operator),
  client: 'operator',
  apiKey: undefined,
  operator,
});

/** The event that it became, as text. Fails with the failure that nothing was stored for. */
export async function recordOperator(
  engine: Engine,
  { actor, requestId }: Pick<Caller, 'actor' | 'requestId'>,
  command: OperatorCommand,
): Promise<string> {
  const item = makeItem(INSTALLATION_LEDGER, command, actor, randomUUID(), requestId);
  const [result] = await Promise.all(engine.posters.submit(INSTALLATION_LEDGER, [item], PATIENCE_MS));
  if (result?.kind !== 'recorded') throw new FailureError(result?.code ?? 'internal');
  return result.result.body;
}

/** As `recordOperator`; the event. */
export const submitOperator = async (...asked: Parameters<typeof recordOperator>): Promise<EventRecord> =>
  parseEvent(await recordOperator(...asked));
