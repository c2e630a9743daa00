/** `bahi ruleset explain`: what a ruleset makes of some facts, step by step, before anybody publishes it. */
import type { Command } from 'commander';
import { compileRuleset } from '../fraud/compile.ts';
import { decide } from '../fraud/decide.ts';
import type { Fact } from '../fraud/fact.ts';
import type { RuleCase, Ruleset } from '../fraud/ruleset.ts';
import { type TracedNode, type TracedRule, traceRule } from '../fraud/trace.ts';
import { type Value, valueOfJson } from '../fraud/value.ts';
import { UsageError } from './errors.ts';
import { print, printJson } from './output.ts';
import { onRuleset } from './ruleset-file.ts';
import type { JsonOption } from './verb.ts';

interface Options extends JsonOption {
  readonly facts: string;
  readonly rule?: string;
}

export function addRulesetExplain(parent: Command): void {
  onRuleset<Options>(parent, 'explain', 'show what a ruleset makes of some facts, step by step', explain)
    .requiredOption(
      '--facts <json>',
      'by their keys, such as \'{"amount": "9000.00"}\'; the others are missing',
    )
    .option('--rule <name>', 'this rule alone, on or off (default: those that fire or are undecided)');
}

async function explain(ruleset: Ruleset, { json, facts: text, rule: name }: Options): Promise<void> {
  const rule = name === undefined ? undefined : ruleset.rules.find((one) => one.name === name);
  if (name !== undefined && !rule) throw new UsageError(`the ruleset has no rule ${name}`);
  const given = givenOf(text, rule?.facts ?? ruleset.facts, ruleset.exponent);
  const traced = (rule ? [rule] : ruleset.rules.filter(({ enabled }) => enabled))
    .map((one) => traceRule(one, given, ruleset))
    .filter(({ verdict }) => rule !== undefined || verdict !== 'does_not_fire');
  const compiled = compileRuleset(ruleset);
  const decision = decide(
    compiled,
    compiled.facts.map(({ key }) => given.get(key)),
  );
  if (json) return printJson(rule ? { rules: traced } : { decision, rules: traced });
  const head = rule ? '' : `${decision.outcome}, score ${decision.score}\n\n`;
  await print(`${head}${traced.map(ruleText).join('\n')}`);
}

/** Fails with UsageError. */
function givenOf(text: string, facts: readonly Fact[], exponent: number): RuleCase['given'] {
  const json = parsed(text);
  const given = new Map<string, Value>();
  for (const [key, value] of Object.entries(json)) {
    const fact = facts.find((one) => one.key === key);
    if (!fact)
      throw new UsageError(
        `--facts: there is no fact ${key} here; there are ${facts.map((one) => one.key).join('; ')}`,
      );
    const found = valueOfJson(fact.type, value, exponent);
    if (found === undefined)
      throw new UsageError(`--facts: ${key} is of type ${fact.type}: write it as rules do`);
    given.set(key, found);
  }
  return given;
}

function parsed(text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  } catch {
    // Told below.
  }
  throw new UsageError('--facts must be a JSON object, such as \'{"amount": "9000.00"}\'');
}

const VERDICTS = { fires: 'fires', does_not_fire: 'does not fire', missing: 'is undecided' } as const;

function ruleText({ rule, enabled, verdict, when, unless }: TracedRule): string {
  const lines = [...nodeLines(when, 2), ...(unless ? ['  unless', ...nodeLines(unless, 4)] : [])];
  return `${rule}${enabled ? '' : ' (off)'} ${VERDICTS[verdict]}\n${lines.join('\n')}\n`;
}

const nodeLines = ({ node, value, of }: TracedNode, indent: number): string[] => [
  `${' '.repeat(indent)}${value === null ? 'missing' : String(value)}: ${node}`,
  ...of.flatMap((inner) => nodeLines(inner, indent + 2)),
];
