/** Puts a command through the fold of a log whose name is made here: nobody asks for it twice. */
import { randomUUID } from 'node:crypto';
import { FailureError } from '../kernel/failure.ts';
import { type Command, makeItem } from './command.ts';
import { type Caller, type Engine, PATIENCE_MS } from './use-case.ts';

/** The event that it became, as text. Fails with the failure that nothing was stored for. */
export async function submitOnce(
  engine: Engine,
  { actor, ledgerId, requestId }: Pick<Caller, 'actor' | 'ledgerId' | 'requestId'>,
  command: Command,
): Promise<string> {
  const item = makeItem(ledgerId, command, actor, randomUUID(), requestId);
  const [result] = await Promise.all(engine.posters.submit(ledgerId, [item], PATIENCE_MS));
  if (result?.kind !== 'recorded') throw new FailureError(result?.code ?? 'internal');
  return result.result.body;
}
