/** What is used of limits, as a table. */
import { table } from './output.ts';

export interface LimitUse {
  readonly name: string;
  readonly direction: string;
  readonly window: string;
  readonly used: string;
  readonly used_count?: number;
  readonly left?: string;
  readonly left_count?: number;
  readonly frees_at: string | null;
}

export const usageTable = (limits: readonly LimitUse[], of = 'limit'): string =>
  table(
    [of, 'direction', 'window', 'used', 'left', 'transfers', 'transfers left', 'frees at'],
    limits.map(({ name, direction, window, used, used_count, left, left_count, frees_at }) => [
      name,
      direction,
      window,
      used,
      left ?? '-',
      used_count === undefined ? '-' : String(used_count),
      left_count === undefined ? '-' : String(left_count),
      frees_at ?? '-',
    ]),
    ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'left'],
  );
