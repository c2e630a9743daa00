/**
 * Checks a node of a rule and all below it: form, names, types, ranges, depth and size. Whatever is wrong is told with the path of the node
 * (a JSON pointer) and what to do; a tree without complaint can be compiled and never fails at a decision.
 *
 *   constant   true · 20 · "upi" · {"money": "5000.00"} · {"duration": "24h"} · {"constant": "name of one of the ruleset"}
 *   fact       {"fact": "amount"} · {"fact": "sum", "of": "payer", "direction": "outgoing", "within": "24h"}
 *   operator   {"more_than": [node, node]}
 */
import type { Fact } from './fact.ts';
import {
  type Arguments,
  acceptedForm,
  argumentOf,
  type FactDefinition,
  keyOf,
  WIDEST,
} from './facts/definition.ts';
import { FACT_DEFINITIONS } from './facts.ts';
import type { CheckedNode, Shape } from './node.ts';
import { OPERATORS } from './operators.ts';
import { named } from './shapes.ts';
import { type Value, type ValueType, valueOfJson } from './value.ts';

/** Levels of nodes in one condition. */
export const NODE_DEPTH_MAX = 12;
/** Nodes of one rule, constants and facts counted. */
export const RULE_NODES_MAX = 200;

/** What is wrong with a ruleset: where (RFC 6901) and what to do. */
export interface Complaint {
  readonly path: string;
  readonly message: string;
}

/** What the nodes of a rule refer to, and what they have cost so far. */
export interface NodeScope {
  readonly exponent: number;
  readonly constants: ReadonlyMap<string, CheckedNode>;
  readonly attributes: ReadonlyMap<string, ValueType>;
  /** Nodes of the rule so far. */
  nodes: number;
  readonly complain: (path: string, message: string) => void;
}

/** RFC 6901 §3. */
export const below = (path: string, step: string | number): string =>
  `${path}/${String(step).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** The condition at this path; undefined: it is wrong, and the complaint is made. */
export function checkCondition(json: unknown, path: string, scope: NodeScope): CheckedNode | undefined {
  const node = checkNode(json, path, scope, 1);
  if (node === undefined || node.shape.type === 'boolean') return node;
  scope.complain(path, `has to be a condition, and is ${named(node.shape)}`);
  return undefined;
}

export function checkNode(
  json: unknown,
  path: string,
  scope: NodeScope,
  depth: number,
): CheckedNode | undefined {
  scope.nodes++;
  if (scope.nodes > RULE_NODES_MAX) {
    if (scope.nodes === RULE_NODES_MAX + 1)
      scope.complain(path, `the rule has more than ${RULE_NODES_MAX} nodes: make several rules of it`);
    return undefined;
  }
  if (depth > NODE_DEPTH_MAX) {
    scope.complain(
      path,
      `is nested deeper than ${NODE_DEPTH_MAX} levels: make it flatter, or several rules of it`,
    );
    return undefined;
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    const fields = json as Readonly<Record<string, unknown>>;
    if (Object.hasOwn(fields, 'fact')) return checkFact(fields, path, scope);
    return checkOnly(fields, path, scope, depth);
  }
  return checkBare(json, path, scope);
}

/** true, 20, "upi". */
function checkBare(json: unknown, path: string, { complain, exponent }: NodeScope): CheckedNode | undefined {
  if (typeof json === 'boolean') return constantOf('boolean', json);
  const type = typeof json === 'number' ? 'integer' : 'text';
  const value = valueOfJson(type, json, exponent);
  if (value !== undefined) return constantOf(type, value);
  if (type === 'integer')
    complain(path, 'numbers are whole and at most 2^53 − 1; write money as {"money": "5000.50"}');
  else if (typeof json === 'string')
    complain(
      path,
      'a text is 1 to 64 letters, digits and . _ : -, beginning with a letter or digit; write money as {"money": "5000"}',
    );
  else
    complain(
      path,
      'a node is a constant, a fact or an operator: write true, 20, "upi", {"money": "5000"}, {"fact": "amount"} or {"all": […]}',
    );
  return undefined;
}

/** A node of one field: a constant with its type, a constant of the ruleset, or an operator. */
function checkOnly(
  fields: Readonly<Record<string, unknown>>,
  path: string,
  scope: NodeScope,
  depth: number,
): CheckedNode | undefined {
  const names = Object.keys(fields);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    scope.complain(
      path,
      'a node that is no fact has one field: the name of an operator, "money", "duration" or "constant"',
    );
    return undefined;
  }
  const json = fields[name];
  if (name === 'money' || name === 'duration') return checkTyped(name, json, below(path, name), scope);
  if (name === 'constant') {
    const constant = typeof json === 'string' ? scope.constants.get(json) : undefined;
    if (constant === undefined)
      scope.complain(below(path, name), `names no constant of the ruleset${listed(scope.constants.keys())}`);
    return constant;
  }
  const operator = OPERATORS.get(name);
  if (operator === undefined) {
    const hint = FACT_DEFINITIONS.has(name)
      ? `: it is a fact, write {"fact": "${name}"}`
      : listed(OPERATORS.keys());
    scope.complain(below(path, name), `there is no such operator${hint}`);
    return undefined;
  }
  const { min, max } = operator.arity;
  const at = below(path, name);
  if (!Array.isArray(json) || json.length < min || json.length > max) {
    scope.complain(
      at,
      `takes an array of ${min === max ? min : `${min} to ${max}`} node${max === 1 ? '' : 's'}`,
    );
    return undefined;
  }
  const args = json.map((arg, i) => checkNode(arg, below(at, i), scope, depth + 1));
  if (!args.every((arg) => arg !== undefined)) return undefined;
  const shape = operator.check(args.map((arg) => arg.shape));
  if (shape.ok) return { kind: 'call', shape: shape.value, operator, args };
  const { arg, message } = shape.error;
  scope.complain(arg === undefined ? at : below(at, arg), `${name} ${message}`);
  return undefined;
}

function checkTyped(
  type: 'money' | 'duration',
  json: unknown,
  path: string,
  { complain, exponent }: NodeScope,
): CheckedNode | undefined {
  const value = valueOfJson(type, json, exponent);
  if (value !== undefined) return constantOf(type, value);
  complain(
    path,
    type === 'money'
      ? `write a decimal string such as "5000.50", with at most ${exponent} decimals of the ruleset’s currency`
      : 'write a duration of one unit, such as "90s", "15m", "24h" or "30d", at most a hundred years',
  );
  return undefined;
}

function constantOf(type: ValueType, value: Exclude<Value, undefined>): CheckedNode {
  const shape: Shape =
    typeof value === 'number' || typeof value === 'bigint'
      ? { type, min: BigInt(value), max: BigInt(value), constant: value }
      : type === 'text'
        ? { type, values: [String(value)], constant: value }
        : { type, constant: value };
  return { kind: 'constant', shape, value };
}

function checkFact(
  { fact: name, ...given }: Readonly<Record<string, unknown>>,
  path: string,
  scope: NodeScope,
): CheckedNode | undefined {
  const definition = typeof name === 'string' ? FACT_DEFINITIONS.get(name) : undefined;
  if (definition === undefined) {
    scope.complain(below(path, 'fact'), `there is no such fact${listed(FACT_DEFINITIONS.keys())}`);
    return undefined;
  }
  const args = checkArguments(definition, given, path, scope);
  if (args === undefined) return undefined;
  if (args['attempts'] === 'refused' && args['direction'] !== 'outgoing') {
    scope.complain(
      below(path, 'direction'),
      'refused transfers are counted at their payer: write "outgoing"',
    );
    return undefined;
  }
  const declared = name === 'attribute' ? scope.attributes.get(String(args['name'])) : undefined;
  if (name === 'attribute' && declared === undefined) {
    scope.complain(
      below(path, 'name'),
      `is no attribute that the ruleset declares${listed(scope.attributes.keys())}`,
    );
    return undefined;
  }
  const shape = declared === undefined ? definition.shape : WIDEST[declared];
  const fact: Fact = {
    need: definition.need(args, shape.type),
    key: keyOf(definition, args),
    type: shape.type,
    isPrivate: definition.isPrivate ?? false,
    isClaimed: definition.group === 'claim',
  };
  return { kind: 'fact', shape, fact };
}

function checkArguments(
  { name, parameters }: FactDefinition,
  given: Readonly<Record<string, unknown>>,
  path: string,
  { complain }: NodeScope,
): Arguments | undefined {
  const args: Record<string, string | number> = {};
  let isWhole = true;
  const wrong = (at: string, message: string): void => {
    complain(below(path, at), message);
    isWhole = false;
  };
  for (const field of Object.keys(given))
    if (!parameters.some((parameter) => parameter.name === field))
      wrong(field, `${name} has no such parameter${listed(parameters.map((parameter) => parameter.name))}`);
  for (const parameter of parameters) {
    const json = Object.hasOwn(given, parameter.name) ? given[parameter.name] : parameter.standard;
    const arg = argumentOf(parameter, json);
    if (arg === undefined)
      wrong(
        parameter.name,
        `${json === undefined ? `${name} needs this parameter: ` : ''}write ${acceptedForm(parameter)}`,
      );
    else args[parameter.name] = arg;
  }
  return isWhole ? args : undefined;
}

/** What there is, for whoever named something else. */
function listed(names: Iterable<string>): string {
  const all = [...names];
  return all.length === 0 ? ': there are none' : `; there are ${all.join(', ')}`;
}
