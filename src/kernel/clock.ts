/**
 * Time as an argument. Engine time is microseconds since 1970 in a JavaScript number (exact until 2255);
 * on the wire and in leaves it is RFC 3339 in UTC with six decimals.
 */

export interface Clock {
  /** Microseconds since 1970; may be set back by an administrator. */
  nowMicros(): number;
  /** Milliseconds that only ever grow. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMicros: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
  monotonicMs: () => performance.now(),
};

const SHAPE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/;

/** RFC 3339 §5.6 in UTC, six decimals. */
export function formatMicros(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Inverse of formatMicros; fewer decimals are read as well. Undefined when the text is no UTC timestamp. */
export function parseMicros(text: string): number | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]}Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== match[1]) return undefined;
  return ms * 1000 + Number((match[2] ?? '').padEnd(6, '0'));
}

const OFFSET = /([+-])([01]\d|2[0-3]):([0-5]\d)$/;

/** A time of RFC 3339 §5.6 at any offset, as a person or a client writes it. Undefined when the text is none. */
export function parseMoment(text: string): number | undefined {
  const offset = OFFSET.exec(text);
  if (!offset) return parseMicros(text);
  const local = parseMicros(`${text.slice(0, -offset[0].length)}Z`);
  if (local === undefined) return undefined;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return local - (offset[1] === '-' ? -minutes : minutes) * 60_000_000;
}

export const DAY_MICROS = 86_400_000_000;
/** Indian Standard Time is so far ahead of UTC, all year. */
export const IST_OFFSET_MICROS = 19_800_000_000;

/**
 * A day of Indian Standard Time, such as 2026-04-01, from its first microsecond to that of the next one. IST is UTC+05:30
 * all year (in force since 1945; no summer time), so every day has 24 hours. Undefined when the text is no day.
 */
export function istDay(text: string): { readonly start: number; readonly end: number } | undefined {
  const start = parseMoment(`${text}T00:00:00+05:30`);
  return start === undefined ? undefined : { start, end: start + DAY_MICROS };
}
