/**
 * Rulesets and what comes of them. A ruleset is one JSON document: immutable, named by the hash of its canonical form, checked whole before it
 * is compiled. `check` (check-ruleset.ts) makes a Ruleset of a document, `compile` (compile.ts) functions of a Ruleset, and
 * `decide` (decide.ts) a Decision of those and of the values of the facts.
 */
import type { Fact } from './fact.ts';
import type { CheckedNode } from './node.ts';
import type { Value, ValueType } from './value.ts';

/** From the mildest to the most severe: of all that fired the last counts. */
export const OUTCOMES = ['allow', 'step_up', 'review', 'block'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a decision is a candidate for, beside its outcome: reports that PML Rules 2005 and UAPA ask for. */
export const REPORTS = ['suspicious', 'cross_border', 'sanctions'] as const;
export type Report = (typeof REPORTS)[number];

/** law: in force; draft: proposed, and switched off where it ships; practice: nobody asks for it. */
export const RULE_STATUSES = ['law', 'draft', 'practice'] as const;

/** What of the source was read by whoever wrote the rule: the text itself, somebody's account of it, or nothing. */
export const SOURCES_READ = ['primary', 'secondary', 'none'] as const;

/** Where a rule comes from. */
export interface Basis {
  readonly status: (typeof RULE_STATUSES)[number];
  readonly citation: string;
  readonly read: (typeof SOURCES_READ)[number];
  /** A date, YYYY-MM-DD; null where the source names none. */
  readonly effectiveFrom: string | null;
  readonly note: string | undefined;
}

/** What a rule makes of some facts; those that are not given are missing. */
export interface RuleCase {
  readonly name: string;
  /** By the keys of the facts. */
  readonly given: ReadonlyMap<string, Value>;
  readonly expect: 'fires' | 'does_not_fire' | 'missing';
  /** The nearest value on its side of a threshold. */
  readonly isBoundary: boolean;
}

export interface Rule {
  readonly name: string;
  readonly title: string;
  /** False: stands in the document, is checked and tested, and never fires. */
  readonly enabled: boolean;
  /** Boolean. */
  readonly when: CheckedNode;
  /** Boolean; the rule does not fire where it is true. Missing exempts nobody. */
  readonly unless: CheckedNode | undefined;
  /** allow: the rule adds to the score alone. */
  readonly outcome: Outcome;
  /** Added to the score where the rule fires. */
  readonly score: number;
  readonly report: Report | undefined;
  /** How long funds wait for a human before the transfer is voided, seconds; undefined: as long as the engine has it. */
  readonly holdSeconds: number | undefined;
  readonly basis: Basis | undefined;
  readonly cases: readonly RuleCase[];
  /** Facts that it names, each once, in the order of their keys. */
  readonly facts: readonly Fact[];
}

/** A sum of scores from which on the outcome is at least this. */
export interface ScoreBand {
  readonly atLeast: number;
  readonly outcome: Outcome;
}

export interface Ruleset {
  readonly name: string;
  readonly title: string;
  /** SHA-256 of the canonical document, lower-case hex. */
  readonly hash: string;
  /** Of all its money. Money facts of a transfer in another currency are missing. */
  readonly currency: string;
  /** Decimals of the currency. */
  readonly exponent: number;
  /** Nothing is decided where it is false: the outcome is allow. Missing is not false. */
  readonly scope: CheckedNode | undefined;
  readonly rules: readonly Rule[];
  readonly bands: readonly ScoreBand[];
  /** All facts that its enabled rules and its scope name, each once, in the order of their keys. */
  readonly facts: readonly Fact[];
  /** Types of the attributes of customers that it reads. */
  readonly attributes: ReadonlyMap<string, ValueType>;
  /** Lists that it reads, by name. */
  readonly lists: readonly string[];
}

/** The value of `ruleset.facts[i]` at place i; undefined: missing. */
export type FactValues = readonly Value[];

/** A condition: true, false, or undefined where it is missing. */
export type Condition = (facts: FactValues) => boolean | undefined;

export interface CompiledRule {
  readonly rule: Rule;
  readonly when: Condition;
  readonly unless: Condition | undefined;
  /** Places of the facts that it names, ascending. */
  readonly slots: readonly number[];
}

export interface CompiledRuleset {
  readonly ruleset: Ruleset;
  /** What the engine has to answer. */
  readonly facts: readonly Fact[];
  readonly scope: Condition | undefined;
  /** The enabled ones. */
  readonly rules: readonly CompiledRule[];
}

/** A fact as a rule saw it; JSON as value.ts writes it, null: missing. */
export interface SeenFact {
  readonly fact: string;
  readonly value: boolean | number | string | null;
  readonly isPrivate: boolean;
  readonly isClaimed: boolean;
}

/** A rule that fired, and every fact that it names. */
export interface Reason {
  readonly rule: string;
  readonly outcome: Outcome;
  readonly score: number;
  readonly facts: readonly SeenFact[];
}

export interface Decision {
  /** Hash of the ruleset. */
  readonly ruleset: string;
  /** The most severe of the rules that fired and of the band of the score. */
  readonly outcome: Outcome;
  /** Sum over the rules that fired. */
  readonly score: number;
  /** In the order of the ruleset. */
  readonly reasons: readonly Reason[];
  /** Rules that could not be decided, since a fact is missing or a whole is zero, in the order of the ruleset. */
  readonly undecided: readonly string[];
  /** In the order of REPORTS, each once. */
  readonly reports: readonly Report[];
  /** The shortest of the rules that fired with this outcome, seconds; undefined: none says. */
  readonly holdSeconds: number | undefined;
}
