/** The command that an event of denials records, as command-of-event.ts does it for all others. */
import type { DeniedCaller, RecordDenials } from '../denials/denial-command.ts';
import { count, type Members, text } from './event-members.ts';

/** Fails with UnreadableEvent. */
export const denialsOf = (data: Members): RecordDenials => ({
  type: 'access.denied',
  minute: Number(text(data, 'minute')),
  who: callerOf(data),
  operation: text(data, 'operation'),
  code: text(data, 'code'),
  count: count(data, 'count'),
});

function callerOf(data: Members): DeniedCaller {
  if ('key' in data) return { key: text(data, 'key') };
  if ('operator' in data) return { operator: text(data, 'operator'), session: text(data, 'session') };
  return { source: text(data, 'source') };
}
