/** The reference page of the rule language, made of the operators and facts themselves; REFERENCE.md is held equal to it by a test. */
import { NODE_DEPTH_MAX, RULE_NODES_MAX } from './check-node.ts';
import { FACTS_MAX, RULESET_BYTES_MAX, STEPS_MAX, WINDOWS_MAX } from './check-ruleset.ts';
import { RULES_MAX } from './document.ts';
import { acceptedForm, type FactDefinition } from './facts/definition.ts';
import { FACT_DEFINITIONS } from './facts.ts';
import type { Operator } from './operator.ts';
import { OPERATORS } from './operators.ts';
import { OUTCOMES } from './ruleset.ts';

const INTRODUCTION = `# The rule language

This page is made of the operators and facts themselves (\`reference.ts\`). A ruleset is one JSON document; \`bahi ruleset schema\` prints a JSON Schema
for editors, \`bahi ruleset check FILE\` checks one, \`print\` writes it as sentences, \`test\` runs the cases that stand beside its rules, \`explain\` shows what it makes of some facts. The India pack
(\`india.json\`) is an example of everything.

\`\`\`json
{
  "language": 1,
  "name": "example",
  "title": "An example",
  "currency": "INR",
  "constants": { "new_user_cap": { "money": "5000" } },
  "score": [{ "at_least": 80, "outcome": "review" }],
  "rules": [
    {
      "name": "new_user",
      "title": "A new user sends little in the first 24 hours",
      "when": {
        "all": [
          { "less_than": [{ "fact": "account_age", "of": "payer" }, { "duration": "24h" }] },
          {
            "more_than": [
              { "plus": [{ "fact": "sum", "of": "payer", "direction": "outgoing", "within": "24h" }, { "fact": "amount" }] },
              { "constant": "new_user_cap" }
            ]
          }
        ]
      },
      "unless": { "fact": "same_owner" },
      "then": { "outcome": "block", "score": 50 },
      "cases": [
        {
          "name": "one paisa above the cap",
          "given": { "account_age(payer)": "1h", "sum(payer, outgoing, 24h)": "4000.00", "amount": "1000.01" },
          "expect": "fires",
          "boundary": true
        }
      ]
    }
  ]
}
\`\`\`

## What a ruleset does

- A **node** is a constant (\`true\`, \`20\`, \`"upi"\`, \`{"money": "5000.00"}\`, \`{"duration": "24h"}\`, \`{"constant": "new_user_cap"}\`), a fact or an operator.
- **Types**: boolean, integer, money (minor units of the ruleset's currency, never a fraction), duration (whole seconds) and text. Nothing is converted.
- A rule **fires** where its \`when\` is true and its \`unless\` is not. \`unless\` exempts only where it is true: a missing fact exempts nobody.
- Every rule that is on is evaluated. The **outcome** is the most severe: ${OUTCOMES.join(' < ')}. No rule makes another one milder.
- The **score** is the sum over the rules that fired; \`score\` of the ruleset says from which sum on the outcome is at least which.
- \`scope\`: where it is false, nothing is decided and the outcome is allow.
- **Missing** is a value of its own, never zero, false or empty. An operator over a missing value gives missing, but for \`all\`, \`any\`, \`is_missing\` and
  \`or_else\`, as told below. A rule whose \`when\` is missing does not fire; the decision names it among the undecided.
- Money facts of a transfer in another currency than the ruleset's are missing. A rule over \`currency\` says what becomes of such a transfer.
- A fact is called by its **key** in reasons and cases: \`sum(payer, outgoing, 1h)\`, its parameters in the order of the tables below, a duration in its shortest
  form (\`"60m"\` in a rule is \`1h\` in a key), without \`accepted\`. What a case does not give is missing.
- **Reasons** name the rules that fired with every fact that they name. Facts that the client claims are marked so; device, address and country are sealed.
- \`enabled: false\` switches a rule off: it is checked and tested, and not evaluated. \`basis\` (status, citation, date) is documentation.
- A ruleset is named by the SHA-256 of its canonical form (RFC 8785), and is immutable.

## Bounds

Refused at publication, with the path of the node: whatever does not type-check, names an unknown fact, divides by a constant zero, could overflow (by the
ranges of its facts), can never be true or always is, is nested deeper than ${NODE_DEPTH_MAX} levels, has more than ${RULE_NODES_MAX} nodes a rule, ${RULES_MAX} rules,
${STEPS_MAX} nodes in all enabled rules together, ${FACTS_MAX} different facts, ${WINDOWS_MAX} windows among them, or ${RULESET_BYTES_MAX} bytes. A decision evaluates each node at most once and never throws.
`;

export function referencePage(): string {
  return [INTRODUCTION, operatorsPart(), factsPart()].join('\n');
}

const OPERATOR_GROUPS = ['logic', 'comparison', 'arithmetic', 'missing values'] as const;

function operatorsPart(): string {
  const parts = OPERATOR_GROUPS.map((group) => {
    const operators = [...OPERATORS.values()].filter((operator) => operator.group === group);
    return `### ${capital(group)}\n\n${operators.map(operatorText).join('\n')}`;
  });
  return `## Operators\n\n${parts.join('\n')}`;
}

function operatorText({ name, summary, signature, missing, examples, arity }: Operator): string {
  const count = arity.min === arity.max ? '' : `, ${arity.min} to ${arity.max} arguments`;
  const lines = examples.map(({ node, facts, gives }) => {
    const given = facts === undefined ? 'all missing' : JSON.stringify(facts);
    return `| \`${JSON.stringify(node)}\` | \`${given}\` | ${gives === null ? 'missing' : `\`${JSON.stringify(gives)}\``} |`;
  });
  return `#### \`${name}\`

${signature}${count}. ${summary} ${missing}

| node | facts | value |
|---|---|---|
${lines.join('\n')}
`;
}

const FACT_GROUPS: readonly (readonly [FactDefinition['group'], string])[] = [
  ['transfer', 'The transfer at hand'],
  ['account', 'Its accounts'],
  ['window', 'Windows of time: exact, all that came before the transfer at hand'],
  ['pair', 'What came before otherwise'],
  ['bank', 'What the bank keeps'],
  ['claim', 'What the client claims: nobody has checked it'],
];

function factsPart(): string {
  const parts = FACT_GROUPS.map(([group, title]) => {
    const facts = [...FACT_DEFINITIONS.values()].filter((fact) => fact.group === group);
    const lines = facts.map(
      (fact) =>
        `| \`${fact.name}\` | ${typeText(fact)} | ${parametersText(fact)} | ${fact.summary}${sealed(fact)} | ${fact.missing} |`,
    );
    return `### ${title}\n\n| fact | type | parameters | what it is | missing |\n|---|---|---|---|---|\n${lines.join('\n')}\n`;
  });
  return `## Facts\n\n${parts.join('\n')}`;
}

const sealed = ({ isPrivate }: FactDefinition): string => (isPrivate ? '; sealed' : '');

function typeText({ name, shape: { type, values } }: FactDefinition): string {
  if (name === 'attribute') return 'as declared';
  return values ? `text: ${values.join(', ')}` : type;
}

const parametersText = ({ parameters }: FactDefinition): string =>
  parameters
    .map((parameter) => {
      const standard = parameter.standard === undefined ? '' : `; left out: ${parameter.standard}`;
      return `\`${parameter.name}\`: ${parameter.summary} (${acceptedForm(parameter)}${standard})`;
    })
    .join('; ');

const capital = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;
