/** Limits as options name them, and as sentences. */
import { UsageError } from './errors.ts';

const TERMS = /^([^:]+):([a-z]+):([a-z0-9]+):([^:]*)(?::(\d{1,10}))?$/;

/** `daily:outgoing:day:100000:20`: no amount where nothing stands between its colons. */
export function limitOf(text: string): Record<string, unknown> {
  const match = TERMS.exec(text);
  if (!match)
    throw new UsageError(
      `--limit: ${text} is not name:direction:window:amount[:count], such as daily:outgoing:day:100000:20`,
    );
  const [, name, direction, window, amount, count] = match;
  return {
    name,
    direction,
    window,
    ...(amount === '' ? {} : { amount }),
    ...(count === undefined ? {} : { count: Number(count) }),
  };
}

export interface ShownLimit {
  readonly name: string;
  readonly direction: string;
  readonly window: string;
  readonly amount?: string;
  readonly count?: number;
}

export function sentenceOf({ name, direction, window, amount, count }: ShownLimit): string {
  const most = [
    ...(amount === undefined ? [] : [amount]),
    ...(count === undefined ? [] : [`${count} transfers`]),
  ];
  const period = window.endsWith('s') ? `in ${window.slice(0, -1)} seconds` : `a ${window}`;
  return `Limit ${name}: ${direction} at most ${most.join(' and ')} ${period}`;
}
