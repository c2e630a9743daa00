/** How the model tells one intent from another: by name and by content. */
import type { Actor, Command, CreateTransfer } from '../../src/engine/command.ts';

/** An intent is the client's: its name, in one operation on one thing. */
export const nameOf = ({ client }: Actor, command: Command, key: string): string => {
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

/** What was asked, whatever the order of its members. An execution asks for that of its schedule, and for nothing else. */
export const contentOf = (command: Command): string =>
  JSON.stringify(command.type === 'transfer.execute' ? null : command, (_name, value: unknown) => {
    if (typeof value === 'bigint') return `${value}`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

export const transferOf = (command: Command): CreateTransfer => {
  if (command.type !== 'transfer.create') throw new Error('only transfers form groups');
  return command;
};
