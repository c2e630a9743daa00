/**
 * The values that rules work with, and how each is written in JSON.
 *
 *   boolean   true, false
 *   integer   a JavaScript integer, at most 2^53 − 1 either way; in JSON a number without point or exponent
 *   money     bigint, minor units of the ruleset's currency; in JSON a decimal string in major units: "5000.00"
 *   duration  whole seconds, rounded down; in JSON a text of one unit: "90s", "15m", "24h", "30d"
 *   text      a name out of a set, such as a country or a channel
 *
 * Missing is a value of its own, `undefined`: never zero, never false, never the empty text. What each operator makes of it
 * stands with the operator; a rule whose condition is missing does not fire, and the decision says so.
 */
import { formatMinor, parseBound } from '../kernel/money.ts';

export const VALUE_TYPES = ['boolean', 'integer', 'money', 'duration', 'text'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** A value at the time of a decision; undefined: missing. */
export type Value = boolean | number | bigint | string | undefined;

/** Seconds of a hundred years of 365 days. */
export const DURATION_SECONDS_MAX = 3_153_600_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
/** A name, or an IPv6 address that begins with zeros. */
const TEXT = /^[A-Za-z0-9:][A-Za-z0-9._:-]{0,63}$/;

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const DURATION = /^(0|[1-9]\d{0,9})([smhd])$/;

/** Seconds of a duration such as "24h"; undefined: it is none, or longer than a hundred years. */
export function durationSeconds(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const seconds = Number(match[1]) * UNIT_SECONDS[match[2] as keyof typeof UNIT_SECONDS];
  return seconds <= DURATION_SECONDS_MAX ? seconds : undefined;
}

/** The shortest text of so many seconds: in the largest unit that leaves none over, but "24h" for a day. */
export function durationText(seconds: number): string {
  if (seconds === 86_400) return '24h';
  const unit = (['d', 'h', 'm'] as const).find((u) => seconds > 0 && seconds % UNIT_SECONDS[u] === 0) ?? 's';
  return `${seconds / UNIT_SECONDS[unit]}${unit}`;
}

/** True for a name: 1 to 64 letters, digits and . _ : -, beginning with a letter or digit. */
export const isName = (text: unknown): text is string => typeof text === 'string' && NAME.test(text);

/** A value as JSON; null: missing. `exponent`: decimals of the ruleset's currency. */
export function valueJson(type: ValueType, value: Value, exponent: number): boolean | number | string | null {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return formatMinor(value, exponent);
  return type === 'duration' ? durationText(value as number) : value;
}

/** The value that JSON has for this type: as valueJson writes it. Undefined: it is no such value. */
export function valueOfJson(type: ValueType, json: unknown, exponent: number): Value {
  switch (type) {
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined;
    case 'integer':
      return Number.isSafeInteger(json) && !Object.is(json, -0) ? (json as number) : undefined;
    case 'money': {
      const minor = typeof json === 'string' ? parseBound(json, exponent) : undefined;
      return minor?.ok ? minor.value : undefined;
    }
    case 'duration':
      return typeof json === 'string' ? durationSeconds(json) : undefined;
    case 'text':
      return typeof json === 'string' && TEXT.test(json) ? json : undefined;
  }
}
