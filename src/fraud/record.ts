/**
 * What an event keeps of the facts of a decision, so that it can be made again from the event alone: the ruleset by its hash, and the values
 * of all its facts in their order. Private ones stand apart, since they are sealed: once they are erased, the rules that read them see them missing.
 */
import type { Json } from '../kernel/canonical-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { CompiledRuleset, FactValues } from './ruleset.ts';
import { type Value, valueJson, valueOfJson } from './value.ts';

/** JSON of values, in the order of the facts of their kind; null: missing. */
export interface FactRecord {
  readonly open: readonly Json[];
  readonly private: readonly Json[];
}

export function recordFacts({ facts, ruleset }: CompiledRuleset, values: FactValues): FactRecord {
  const record: { open: Json[]; private: Json[] } = { open: [], private: [] };
  for (const [i, { type, isPrivate }] of facts.entries())
    record[isPrivate ? 'private' : 'open'].push(valueJson(type, values[i], ruleset.exponent));
  return record;
}

/** The values again. Fails where the record is not one of this ruleset. An erased private part: all its facts are missing. */
export function recordedFacts(
  { facts, ruleset }: CompiledRuleset,
  record: { readonly open: readonly unknown[]; readonly private: readonly unknown[] | null },
): Result<FactValues, string> {
  const next = { open: 0, private: 0 };
  const values: Value[] = [];
  for (const { key, type, isPrivate } of facts) {
    const part = isPrivate ? 'private' : 'open';
    const list = record[part];
    const json = list === null ? null : list[next[part]++];
    const value = json === null ? undefined : valueOfJson(type, json, ruleset.exponent);
    if (json !== null && value === undefined) return err(`the record has no ${type} for ${key}`);
    values.push(value);
  }
  const isLonger = next.open < record.open.length || next.private < (record.private?.length ?? 0);
  return isLonger ? err('the record has more values than the ruleset has facts') : ok(values);
}
