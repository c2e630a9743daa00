/**
 * A JSON Schema (draft 2020-12) of ruleset documents, for editors: it completes names and marks what has a wrong form. What it cannot say (types of
 * nodes, ranges, depth, facts of cases) the checks say when a ruleset is published.
 */
import { z } from 'zod';
import { rulesetDocument } from './document.ts';
import type { FactDefinition, Parameter } from './facts/definition.ts';
import { FACT_DEFINITIONS } from './facts.ts';
import type { Operator } from './operator.ts';
import { OPERATORS } from './operators.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export function rulesetJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(rulesetDocument, { io: 'input' }) as JsonSchema;
  return {
    ...schema,
    title: 'Bahi ruleset',
    $defs: { ...(schema['$defs'] as JsonSchema), node: nodeSchema(), constant: constantSchema() },
  };
}

const NODE = { $ref: '#/$defs/node' };

function nodeSchema(): JsonSchema {
  return {
    description: 'A constant, a fact or an operator.',
    anyOf: [
      { $ref: '#/$defs/constant' },
      single('constant', { type: 'string' }, 'A constant of the ruleset, by its name.'),
      ...[...FACT_DEFINITIONS.values()].map(factSchema),
      ...[...OPERATORS.values()].map(operatorSchema),
    ],
  };
}

const constantSchema = (): JsonSchema => ({
  anyOf: [
    { type: 'boolean' },
    { type: 'integer' },
    { type: 'string', pattern: '^[A-Za-z0-9:][A-Za-z0-9._:-]{0,63}$' },
    single(
      'money',
      { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' },
      'Major units of the ruleset’s currency: "5000.50".',
    ),
    single('duration', { type: 'string', pattern: '^\\d+[smhd]$' }, 'Such as "90s", "15m", "24h", "30d".'),
  ],
});

const single = (name: string, schema: JsonSchema, description: string): JsonSchema => ({
  description,
  type: 'object',
  properties: { [name]: schema },
  required: [name],
  additionalProperties: false,
});

const operatorSchema = ({ name, summary, signature, arity }: Operator): JsonSchema =>
  single(
    name,
    { type: 'array', items: NODE, minItems: arity.min, maxItems: arity.max },
    `${signature}: ${summary}`,
  );

const factSchema = ({ name, summary, parameters }: FactDefinition): JsonSchema => ({
  description: summary,
  type: 'object',
  properties: {
    fact: { const: name },
    ...Object.fromEntries(parameters.map((parameter) => [parameter.name, parameterSchema(parameter)])),
  },
  required: [
    'fact',
    ...parameters.filter(({ standard }) => standard === undefined).map((parameter) => parameter.name),
  ],
  additionalProperties: false,
});

function parameterSchema({ accepts, summary: description }: Parameter): JsonSchema {
  switch (accepts.kind) {
    case 'choice':
      return { description, enum: accepts.of };
    case 'name':
      return { description, type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$' };
    case 'integer':
      return { description, type: 'integer', minimum: accepts.min, maximum: accepts.max };
    case 'span':
      return { description, type: 'string', pattern: '^([1-9]\\d*[smhd]|day|month)$' };
  }
}
