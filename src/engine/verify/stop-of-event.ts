/** The commands about the switch of a customer that events record, as factor-of-event.ts. */
import type { StopCommand } from '../customers/stop-command.ts';
import { count, idOf, type Members, text } from './event-members.ts';

/** Undefined where the type is none about a switch. Fails with UnreadableEvent. */
export function stopCommandOf(type: string, ledgerId: number, data: Members): StopCommand | undefined {
  if (type === 'customer.stop') return { type, customer: text(data, 'customer') };
  if (type !== 'customer.resume') return undefined;
  const proof =
    data['factor'] === undefined
      ? undefined
      : {
          factor: idOf('fac', ledgerId, data, 'factor'),
          timeStep: data['time_step'] === undefined ? null : count(data, 'time_step'),
        };
  return {
    type,
    customer: text(data, 'customer'),
    resumption: { proof, waitSeconds: count(data, 'wait_seconds') },
  };
}
