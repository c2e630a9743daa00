/** The command that an event about the signed logs records, as command-of-event.ts does it for all others. */
import type { LogCommand } from '../audit/log-command.ts';
import { type Members, text } from './event-members.ts';

/** Undefined for other types. Fails with UnreadableEvent. */
export function logCommandOf(type: string, data: Members): LogCommand | undefined {
  switch (type) {
    case 'log.checkpoint':
      return {
        type,
        ledger: text(data, 'ledger'),
        size: Number(text(data, 'size')),
        root: text(data, 'root'),
      };
    case 'log_key.rotate':
      return { type, from: text(data, 'from'), to: text(data, 'to') };
    case 'log_key.retire':
      return { type, key: text(data, 'key') };
    default:
      return undefined;
  }
}
