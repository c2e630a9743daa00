/** Puts a command about operators through the fold of the installation's log. */
import { type EventRecord, parseEvent } from '../../audit/event.ts';
import { formatId, INSTALLATION_LEDGER } from '../../kernel/id.ts';
import type { Actor } from '../command.ts';
import { submitOnce } from '../submit-once.ts';
import type { Caller, Engine } from '../use-case.ts';
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
export const recordOperator = (
  engine: Engine,
  { actor, requestId }: Pick<Caller, 'actor' | 'requestId'>,
  command: OperatorCommand,
): Promise<string> => submitOnce(engine, { actor, ledgerId: INSTALLATION_LEDGER, requestId }, command);

/** As `recordOperator`; the event. */
export const submitOperator = async (...asked: Parameters<typeof recordOperator>): Promise<EventRecord> =>
  parseEvent(await recordOperator(...asked));
