/** Days and months of Indian Standard Time, as windows of limits. */
import { DAY_MICROS, IST_OFFSET_MICROS } from '../kernel/clock.ts';

export type CalendarWindow = 'day' | 'month';

const MONTHS = 12;

/** The window around a moment, microseconds since 1970: from `start` up to, not including, `end`. */
export function windowAt(
  window: CalendarWindow,
  at: number,
): { readonly start: number; readonly end: number } {
  const local = at + IST_OFFSET_MICROS;
  if (window === 'day') {
    const start = Math.floor(local / DAY_MICROS) * DAY_MICROS - IST_OFFSET_MICROS;
    return { start, end: start + DAY_MICROS };
  }
  const date = new Date(Math.floor(local / 1000));
  const month = date.getUTCFullYear() * MONTHS + date.getUTCMonth();
  return { start: startOfMonth(month), end: startOfMonth(month + 1) };
}

const startOfMonth = (month: number): number =>
  Date.UTC(Math.floor(month / MONTHS), month % MONTHS) * 1000 - IST_OFFSET_MICROS;
