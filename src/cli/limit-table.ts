/** What is used of limits, as a table. */
import { table } from './output.ts';

export interface LimitUse {
  readonly name: string;
  readonly direction: string;
  readonly window: string;
  readonly amount?: string;
  readonly count?: number;
  readonly used: string;
  readonly used_count?: number;
  readonly left?: string;
  readonly left_count?: number;
  readonly frees_at: string | null;
}

export const usageTable = (limits: readonly LimitUse[], of = 'limit'): string =>
  table(
    [of, 'direction', 'window', 'used', 'left', 'transfers', 'transfers left', 'frees at'],
    limits.map(({ name, direction, window, amount, count, used, used_count, left, left_count, frees_at }) => [
      name,
      direction,
      window,
      ofMost(used, amount),
      left ?? '-',
      used_count === undefined ? '-' : ofMost(used_count, count),
      left_count === undefined ? '-' : String(left_count),
      frees_at ?? '-',
    ]),
    ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'left'],
  );

const ofMost = (used: string | number, most: string | number | undefined): string =>
  most === undefined ? String(used) : `${used} of ${most}`;
