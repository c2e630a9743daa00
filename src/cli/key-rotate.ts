/**
 * `bahi key rotate`: makes the successor of an API key, which is named by its id, by its prefix, or by the key itself, and
 * lets the one before it end after an overlap.
 */
import type { Command } from 'commander';
import { rotateKey } from '../engine/keys/rotate-key.ts';
import { UsageError } from './errors.ts';
import { keyByRef } from './key-ref.ts';
import { print, printJson } from './output.ts';
import { callerAt, runUseCase, type Shell, withRuntime } from './shell.ts';
import { type JsonOption, listed, verb } from './verb.ts';

interface Options extends JsonOption {
  readonly overlap: number;
  readonly network?: readonly string[];
  readonly rate?: string;
  readonly expires?: string;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a text such as 24h. Fails with UsageError. */
function secondsOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,8})([smhd])$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  if (count === undefined || seconds === undefined)
    throw new UsageError('--overlap takes a number with s, m, h or d behind it, such as 24h; 0s for none');
  return Number(count) * seconds;
}

export function addKeyRotate(parent: Command, shell: Shell): void {
  verb(
    parent,
    'rotate <key>',
    'make the successor of an API key; it is shown this once',
    'key rotate key_0k3m9c200000001h --overlap 24h',
  )
    .option('--overlap <duration>', 'how long the key before it stays usable', secondsOf, secondsOf('24h'))
    .option('--network <cidr>', 'repeatable, or with commas: other networks than before', listed)
    .option('--rate <rate>', 'another rate than before, such as 100/s; none for no limit')
    .option('--expires <time>', 'end of the new key: UTC time of RFC 3339, such as 2027-04-01T00:00:00Z')
    .action(
      async (
        key: string,
        { overlap: overlap_seconds, network: networks, rate, expires: expires_at, json }: Options,
      ) => {
        const made = await withRuntime('key rotate', async ({ engine }) => {
          const { id, ledgerId } = await keyByRef(engine, key);
          return runUseCase(engine, callerAt(shell, ledgerId), rotateKey, {
            id,
            overlap_seconds,
            networks,
            rate: rate === 'none' ? null : rate,
            expires_at,
          });
        });
        if (json) return printJson(made);
        const until = made['expires_at'] === null ? 'until it is revoked' : `until ${made['expires_at']}`;
        const before = made['replaces'] as { readonly id: string; readonly ends_at: string };
        return print(
          `${made['token']}\n\nThis is shown once. The key is ${made['id']}, for the client ${made['client']}, ${until}.\n` +
            `Key ${before.id} ends ${before.ends_at}.\n`,
        );
      },
    );
}
