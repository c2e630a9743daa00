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
