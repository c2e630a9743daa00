/**
 * `bahi ruleset check|print|test|explain|schema`: rulesets as files, without a database. Exit 1 where a ruleset is not sound or a case fails,
 * with a line for each complaint.
 */
import type { Command } from 'commander';
import { type CasesReport, passed, runCases } from '../fraud/cases.ts';
import { rulesetJsonSchema } from '../fraud/json-schema.ts';
import type { Ruleset } from '../fraud/ruleset.ts';
import { rulesetText } from '../fraud/text.ts';
import { print, printJson } from './output.ts';
import { addRulesetExplain } from './ruleset-explain.ts';
import { counted, onRuleset } from './ruleset-file.ts';
import { verb } from './verb.ts';

export function addRulesetVerbs(program: Command): void {
  const ruleset = program
    .command('ruleset')
    .description('check, print and test rules that decide on transfers');
  onRuleset(ruleset, 'check', 'check a ruleset: form, types, bounds', async (found, { json }) => {
    const summary = summaryOf(found);
    if (json) await printJson(summary);
    else
      await print(
        `${found.name} is sound: ${counted(summary.rules, 'rule')}, ${summary.enabled} on; ${counted(summary.facts.length, 'fact')}; sha-256 ${found.hash}\n`,
      );
  });
  onRuleset(ruleset, 'print', 'write a ruleset as sentences', async (found, { json }) => {
    const text = rulesetText(found);
    if (json) await printJson({ ...summaryOf(found), text });
    else await print(text);
  });
  onRuleset(ruleset, 'test', 'run the cases that stand beside the rules', async (found, { json }) => {
    const report = runCases(found);
    if (json) await printJson({ ruleset: found.hash, passed: passed(report), ...report });
    else await print(casesText(report));
    if (!passed(report)) process.exitCode = 1;
  });
  addRulesetExplain(ruleset);
  verb(ruleset, 'schema', 'print the JSON Schema of rulesets, for editors', 'ruleset schema').action(() =>
    printJson(rulesetJsonSchema()),
  );
}

const summaryOf = ({ name, title, hash, currency, rules, facts, lists, attributes }: Ruleset) => ({
  name,
  title,
  hash,
  currency,
  rules: rules.length,
  enabled: rules.filter(({ enabled }) => enabled).length,
  facts: facts.map(({ key }) => key),
  lists,
  attributes: Object.fromEntries(attributes),
});

const WORDS = { fires: 'fires', does_not_fire: 'does not fire', missing: 'is undecided' } as const;

function casesText({ results, untested }: CasesReport): string {
  const lines = results.map(({ rule, case: name, expected, found }) =>
    expected === found
      ? `ok      ${rule}: ${name}`
      : `FAILED  ${rule}: ${name}: it ${WORDS[found]}, and was to be one that ${WORDS[expected]}`,
  );
  const gaps = untested.map(({ rule, lacks }) => `FAILED  ${rule}: has no case in which it ${WORDS[lacks]}`);
  const failed = results.filter(({ expected, found }) => expected !== found).length + untested.length;
  return `${[...lines, ...gaps].join('\n')}\n${results.length - failed + untested.length} passed, ${failed} failed\n`;
}
