/**
 * How a fact is defined: its name, its parameters and what is known of its value. The reference page, the JSON Schema and the checks are
 * made of these definitions. A rule names a fact as `{"fact": "sum", "of": "payer", "direction": "outgoing", "within": "24h"}`.
 */
import { TOTAL_MINOR_MAX } from '../../kernel/money.ts';
import type { FactNeed, Span } from '../fact.ts';
import { SPAN_SECONDS_MAX } from '../fact.ts';
import type { Shape } from '../node.ts';
import { durationSeconds, durationText, isName, type ValueType } from '../value.ts';

export interface Parameter {
  readonly name: string;
  readonly summary: string;
  /** What may be written. */
  readonly accepts:
    | { readonly kind: 'choice'; readonly of: readonly string[] }
    | { readonly kind: 'span' }
    | { readonly kind: 'name' }
    | { readonly kind: 'integer'; readonly min: number; readonly max: number };
  /** Taken where the parameter is left out; absent: it may not be. */
  readonly standard?: string;
}

/** Parameters as they are told in a key: a span in its shortest form. */
export type Arguments = Readonly<Record<string, string | number>>;

export interface FactDefinition {
  readonly name: string;
  readonly group: 'transfer' | 'account' | 'window' | 'pair' | 'bank' | 'claim';
  readonly summary: string;
  /** When it is missing; one sentence. */
  readonly missing: string;
  readonly parameters: readonly Parameter[];
  readonly shape: Shape;
  readonly isPrivate?: true;
  need(args: Arguments, attributeType: ValueType): FactNeed;
}

const RANGE_MAX = { count: 1_000_000_000n, age: 3_153_600_000n };

export const COUNT: Shape = { type: 'integer', min: 0n, max: RANGE_MAX.count };
export const AGE: Shape = { type: 'duration', min: 0n, max: RANGE_MAX.age };
export const TOTAL: Shape = { type: 'money', min: 0n, max: TOTAL_MINOR_MAX };
export const BALANCE: Shape = { type: 'money', min: -TOTAL_MINOR_MAX, max: TOTAL_MINOR_MAX };

/** Of an attribute, of which nothing but its type is known. */
export const WIDEST: Readonly<Record<ValueType, Shape>> = {
  boolean: { type: 'boolean' },
  integer: { type: 'integer', min: -RANGE_MAX.count, max: RANGE_MAX.count },
  money: BALANCE,
  duration: AGE,
  text: { type: 'text' },
};

export const choice = (name: string, of: readonly string[], summary: string): Parameter => ({
  name,
  summary,
  accepts: { kind: 'choice', of },
});

export const OF_PARTY = choice('of', ['payer', 'payee'], 'whose');
export const WITHIN: Parameter = {
  name: 'within',
  summary:
    'the last so long, such as "15m", "24h", "30d" (at most "31d"), or "day" or "month": of Indian Standard Time, so far',
  accepts: { kind: 'span' },
};

/** The span that a canonical argument stands for. */
export function spanOf(text: string | number | undefined): Span {
  if (text === 'day' || text === 'month') return { calendar: text };
  return { seconds: durationSeconds(String(text)) as number };
}

/** The canonical argument of a parameter, or undefined where it is malformed. */
export function argumentOf({ accepts }: Parameter, json: unknown): string | number | undefined {
  switch (accepts.kind) {
    case 'choice':
      return typeof json === 'string' && accepts.of.includes(json) ? json : undefined;
    case 'name':
      return isName(json) ? json : undefined;
    case 'integer':
      return Number.isInteger(json) && (json as number) >= accepts.min && (json as number) <= accepts.max
        ? (json as number)
        : undefined;
    case 'span': {
      if (json === 'day' || json === 'month') return json;
      const seconds = typeof json === 'string' ? durationSeconds(json) : undefined;
      return seconds === undefined || seconds < 1 || seconds > SPAN_SECONDS_MAX
        ? undefined
        : durationText(seconds);
    }
  }
}

/** The form of a parameter, for whoever wrote another. */
export function acceptedForm({ accepts }: Parameter): string {
  switch (accepts.kind) {
    case 'choice':
      return `one of ${accepts.of.map((text) => `"${text}"`).join(', ')}`;
    case 'name':
      return '1 to 64 letters, digits and . _ : -, beginning with a letter or digit';
    case 'integer':
      return `a whole number between ${accepts.min} and ${accepts.max}`;
    case 'span':
      return 'a duration from "1s" to "31d", "day" or "month"';
  }
}

/** `sum(payer, outgoing, 24h)`: parameters in their order; one that has its standard value is left out. */
export function keyOf({ name, parameters }: FactDefinition, args: Arguments): string {
  const told = parameters.flatMap((parameter) => {
    const arg = args[parameter.name];
    return arg === undefined || arg === parameter.standard ? [] : [String(arg)];
  });
  return told.length === 0 ? name : `${name}(${told.join(', ')})`;
}
