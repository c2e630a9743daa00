/**
 * Rulesets that ship, by name. They are documents as any other: a bank takes one as it is or as a start. What nobody answers yet, and every
 * draft of law, stands in them switched off.
 */
import { defined } from '../kernel/assert.ts';
import { checkRuleset } from './check-ruleset.ts';
import type { FactNeed } from './fact.ts';
import india from './india.json' with { type: 'json' };

interface Document {
  readonly rules: readonly { readonly name: string }[];
}

export const PACKS: ReadonlyMap<string, Document> = new Map([['india', india]]);

/** A pack for an engine that answers some needs alone: rules that name others are switched off, and told by their names. */
export function packFor(
  name: string,
  isAnswered: (need: FactNeed) => boolean,
): { readonly document: unknown; readonly switchedOff: readonly string[] } {
  const pack = defined(PACKS.get(name), 'the pack is one that ships');
  const checked = checkRuleset(pack);
  const rules = checked.ok ? checked.value.rules : [];
  const switchedOff = rules
    .filter(({ enabled, facts }) => enabled && !facts.every(({ need }) => isAnswered(need)))
    .map((rule) => rule.name);
  return {
    document: {
      ...pack,
      rules: pack.rules.map((rule) => (switchedOff.includes(rule.name) ? { ...rule, enabled: false } : rule)),
    },
    switchedOff,
  };
}
