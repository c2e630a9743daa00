/** How the model tells one intent from another: by name and by content. */
import type { Actor, Command, CreateTransfer } from '../../src/engine/command.ts';
import type { Remembered } from './model-outcomes.ts';
import type { Intent } from './step.ts';

/** An intent is the client's: its name, in one operation on one thing. */
export const nameOf = ({ client }: Actor, { command, key, approves }: Intent): string => {
  if (approves) return JSON.stringify([client, 'proposal.approve', approves.proposal, key]);
  const on =
    command.type === 'account.update'
      ? command.account
      : 'customer' in command
        ? [
            command.customer,
            command.type === 'factor.confirm'
              ? command.confirmation.factor
              : 'factor' in command
                ? command.factor
                : '',
          ]
        : command.type === 'proposal.reject'
          ? command.proposal
          : command.type === 'key.revoke' || command.type === 'key.rotate'
            ? command.apiKey
            : command.type === 'transfer.reverse'
              ? command.transfer
              : 'schedule' in command
                ? command.schedule
                : command.type === 'pool.update'
                  ? command.pool
                  : 'hold' in command
                    ? command.hold
                    : '';
  return JSON.stringify([client, command.type, on, key]);
};

/**
 * What was asked, whatever the order of its members. An execution asks for that of its schedule, and for nothing else; which code it
 * was that authorises a capture, or how long a raised cap makes wait, is no part of it.
 */
export const contentOf = ({ command, approves }: Pick<Intent, 'command' | 'approves'>): string =>
  `${approves?.isRightHash ?? ''}` +
  JSON.stringify(command.type === 'transfer.execute' ? null : command, (name, value: unknown) => {
    if (command.type === 'transfer.capture' && name === 'timeStep') return undefined;
    if (command.type === 'account.update' && name === 'waitSeconds') return undefined;
    if (typeof value === 'bigint') return `${value}`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

export const transferOf = (command: Command): CreateTransfer => {
  if (command.type !== 'transfer.create') throw new Error('only transfers form groups');
  return command;
};

/** True where these intents are the members of one group, in their places. */
export function isSameGroup(known: readonly (Remembered | undefined)[], intents: readonly Intent[]): boolean {
  const [first] = known;
  return known.every(
    (one, i) =>
      one?.group !== undefined &&
      one.group.of === first?.group?.of &&
      one.group.size === intents.length &&
      one.group.place === i &&
      one.content === contentOf(intents[i] as Intent),
  );
}
