/**
 * Rulesets that ship, by name. They are documents as any other: a bank takes one as it is or as a start. What is not answered yet, and every
 * draft of law, stands in them switched off.
 */
import india from './india.json' with { type: 'json' };

export const PACKS: ReadonlyMap<string, unknown> = new Map([['india', india]]);
