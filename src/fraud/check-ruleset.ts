/**
 * Checks a ruleset document whole: its form, its nodes, its cases and how much it asks for. A ruleset that passes can be compiled, decides in
 * a bounded number of steps (each node is evaluated at most once), and never fails at a decision.
 *
 * Fails with every complaint, up to COMPLAINTS_MAX, each with the path of what is wrong.
 */
import type { z } from 'zod';
import { canonicalJson, type Json, sha256Hex } from '../kernel/canonical-json.ts';
import { exponentOf } from '../kernel/currency.ts';
import { jsonFlawOf } from '../kernel/json-once.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { parseStrictJson } from '../kernel/strict-json.ts';
import { below, type Complaint, checkCondition, checkNode, type NodeScope } from './check-node.ts';
import { type RuleDocument, type RulesetDocument, rulesetDocument } from './document.ts';
import type { Fact } from './fact.ts';
import type { CheckedNode, Shape } from './node.ts';
import { OUTCOMES, type Rule, type RuleCase, type Ruleset } from './ruleset.ts';
import { durationSeconds, type Value, valueOfJson } from './value.ts';

/** Of the document as text, UTF-8. */
export const RULESET_BYTES_MAX = 1_048_576;
/** Nodes of all enabled rules: what one decision evaluates at most. */
export const STEPS_MAX = 10_000;
/** Different facts of a ruleset, and windows among them, each of which the engine has to keep for every account. */
export const FACTS_MAX = 256;
export const WINDOWS_MAX = 48;
const COMPLAINTS_MAX = 50;
/** Beyond, the parser says so. */
const TEXT_DEPTH_MAX = 500;

type Complain = NodeScope['complain'];

/** Of a text; strict JSON: a name stands once in its object, numbers are as written. */
export function readRuleset(text: string): Result<Ruleset, readonly Complaint[]> {
  if (Buffer.byteLength(text) > RULESET_BYTES_MAX)
    return err([
      { path: '', message: `is larger than ${RULESET_BYTES_MAX} bytes: make several rulesets of it` },
    ]);
  if (jsonFlawOf(text, TEXT_DEPTH_MAX) === 'prototype_key')
    return err([{ path: '', message: 'the name __proto__ is no name here: choose another one' }]);
  const json = parseStrictJson(text, numberAsWritten);
  return json.ok ? checkRuleset(json.value) : err([{ path: '', message: json.error }]);
}

/** An integer as a number; any other spelling as what no check takes. */
const numberAsWritten = (written: string): number =>
  /^-?(0|[1-9]\d*)$/.test(written) ? Number(written) : Number.NaN;

export function checkRuleset(json: unknown): Result<Ruleset, readonly Complaint[]> {
  const parsed = rulesetDocument.safeParse(json);
  if (!parsed.success) return err(parsed.error.issues.flatMap(complaintsOf).slice(0, COMPLAINTS_MAX));
  const complaints: Complaint[] = [];
  const ruleset = build(parsed.data, (path, message) => {
    if (complaints.length < COMPLAINTS_MAX) complaints.push({ path, message });
  });
  if (complaints.length > 0) return err(complaints);
  // What passed the checks has a canonical form: whole numbers, well-formed texts, a bounded depth.
  return ok({ ...ruleset, hash: sha256Hex(canonicalJson(parsed.data as Json)) });
}

function complaintsOf(issue: z.core.$ZodIssue): Complaint[] {
  const path = issue.path.reduce<string>((to, step) => below(to, String(step)), '');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: below(path, key),
      message: 'this field is not known here: remove it',
    }));
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, message }));
  const isAbsent = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ path, message: isAbsent ? 'this field is required' : issue.message }];
}

function build(document: RulesetDocument, complain: Complain): Omit<Ruleset, 'hash'> {
  const { name, title, currency } = document;
  const exponent = exponentOf(currency);
  const attributes = new Map(Object.entries(document.attributes ?? {}));
  const constants = constantsOf(document, exponent, complain);
  const scopeOfNodes = (): NodeScope => ({ exponent, constants, attributes, nodes: 0, complain });
  const whole = scopeOfNodes();
  const scope = document.scope === undefined ? undefined : checkCondition(document.scope, '/scope', whole);
  let steps = whole.nodes;
  const rules: Rule[] = [];
  const names = new Set<string>();
  for (const [i, rule] of document.rules.entries()) {
    const path = `/rules/${i}`;
    if (names.has(rule.name))
      complain(`${path}/name`, `another rule is called ${rule.name}: choose another name`);
    names.add(rule.name);
    const nodes = scopeOfNodes();
    const built = buildRule(rule, path, nodes);
    if (rule.enabled !== false) steps += nodes.nodes;
    if (built) rules.push(built);
  }
  checkBands(document, complain);
  const facts = uniqueFacts([
    ...(scope ? [scope] : []),
    ...rules.filter(({ enabled }) => enabled).flatMap(conditionsOf),
  ]);
  checkSize(facts, steps, complain);
  return {
    name,
    title,
    currency,
    exponent,
    scope,
    rules,
    bands: (document.score ?? []).map(({ at_least: atLeast, outcome }) => ({ atLeast, outcome })),
    facts,
    attributes,
    lists: [...new Set(facts.flatMap(({ need }) => (need.kind === 'list' ? [need.list] : [])))].sort(),
  };
}

const conditionsOf = ({ when, unless }: Pick<Rule, 'when' | 'unless'>): CheckedNode[] =>
  unless ? [when, unless] : [when];

function constantsOf(
  { constants = {} }: RulesetDocument,
  exponent: number,
  complain: Complain,
): ReadonlyMap<string, CheckedNode> {
  const none: NodeScope = { exponent, constants: new Map(), attributes: new Map(), nodes: 0, complain };
  const found = new Map<string, CheckedNode>();
  for (const [name, json] of Object.entries(constants)) {
    const path = below('/constants', name);
    const node = checkNode(json, path, none, 1);
    none.nodes = 0;
    if (node?.kind === 'constant') found.set(name, node);
    else if (node)
      complain(path, 'has to be a constant, such as 20, "upi", {"money": "5000"} or {"duration": "24h"}');
  }
  return found;
}

function buildRule(rule: RuleDocument, path: string, scope: NodeScope): Rule | undefined {
  const { complain, exponent } = scope;
  const when = checkCondition(rule.when, `${path}/when`, scope);
  const unless = rule.unless === undefined ? undefined : checkCondition(rule.unless, `${path}/unless`, scope);
  const { outcome = 'allow', score = 0, report, hold } = rule.then;
  if (outcome === 'allow' && score === 0 && report === undefined)
    complain(`${path}/then`, 'does nothing: give it an outcome, a score or a report');
  if (hold !== undefined && outcome !== 'step_up' && outcome !== 'review')
    complain(`${path}/then/hold`, 'funds are held for step_up and review alone: remove it');
  if (when === undefined || (rule.unless !== undefined && unless === undefined)) return undefined;
  const { basis } = rule;
  const facts = uniqueFacts(conditionsOf({ when, unless }));
  const shapes = shapesOf(conditionsOf({ when, unless }));
  return {
    name: rule.name,
    title: rule.title,
    enabled: rule.enabled ?? true,
    when,
    unless,
    outcome,
    score,
    report,
    holdSeconds: hold === undefined ? undefined : durationSeconds(hold),
    basis: basis && {
      status: basis.status,
      citation: basis.citation,
      read: basis.read,
      effectiveFrom: basis.effective_from,
      note: basis.note,
    },
    cases: (rule.cases ?? []).map(({ name, given, expect, boundary }, i) => ({
      name,
      given: givenOf(given, below(`${path}/cases/${i}`, 'given'), shapes, exponent, complain),
      expect,
      isBoundary: boundary ?? false,
    })),
    facts,
  };
}

function givenOf(
  given: Readonly<Record<string, unknown>>,
  path: string,
  shapes: ReadonlyMap<string, Shape>,
  exponent: number,
  complain: Complain,
): RuleCase['given'] {
  const values = new Map<string, Value>();
  for (const [key, json] of Object.entries(given)) {
    const shape = shapes.get(key);
    const value = shape && valueOfJson(shape.type, json, exponent);
    if (shape === undefined)
      complain(below(path, key), `the rule names no such fact; it names ${[...shapes.keys()].join(', ')}`);
    else if (value === undefined || !isOf(shape, value))
      complain(
        below(path, key),
        `write a value of the fact as rules do: of type ${shape.type}, within what it can be`,
      );
    else values.set(key, value);
  }
  return values;
}

/** True for a value that a fact of this shape can have. */
function isOf({ min, max, values }: Shape, value: Value): boolean {
  if (typeof value === 'string') return values?.includes(value) ?? true;
  if (typeof value !== 'number' && typeof value !== 'bigint') return true;
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

/** A higher score never has a milder outcome. */
function checkBands({ score: bands = [] }: RulesetDocument, complain: Complain): void {
  for (const [i, { at_least: atLeast, outcome }] of bands.entries()) {
    const before = bands[i - 1];
    if (before === undefined) continue;
    if (atLeast <= before.at_least)
      complain(
        `/score/${i}/at_least`,
        'bands stand in the order of their scores: write more than in the one before',
      );
    if (OUTCOMES.indexOf(outcome) <= OUTCOMES.indexOf(before.outcome))
      complain(`/score/${i}/outcome`, 'a higher score has a more severe outcome than the band before');
  }
}

function checkSize(facts: readonly Fact[], steps: number, complain: Complain): void {
  const windows = facts.filter(({ need }) => need.kind === 'window').length;
  if (steps > STEPS_MAX)
    complain(
      '/rules',
      `a decision takes ${steps} steps (nodes of enabled rules), and at most ${STEPS_MAX}: take some out`,
    );
  if (facts.length > FACTS_MAX)
    complain(
      '/rules',
      `the enabled rules name ${facts.length} different facts, and at most ${FACTS_MAX}: take some out`,
    );
  if (windows > WINDOWS_MAX)
    complain(
      '/rules',
      `the enabled rules name ${windows} different windows, and at most ${WINDOWS_MAX}: take some out`,
    );
}

type FactNode = Extract<CheckedNode, { kind: 'fact' }>;

function* factNodes(nodes: readonly CheckedNode[]): Generator<FactNode> {
  for (const node of nodes) {
    if (node.kind === 'fact') yield node;
    if (node.kind === 'call') yield* factNodes(node.args);
  }
}

/** Each once, in the order of their keys. */
function uniqueFacts(nodes: readonly CheckedNode[]): Fact[] {
  const byKey = new Map([...factNodes(nodes)].map(({ fact }) => [fact.key, fact]));
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const shapesOf = (nodes: readonly CheckedNode[]): Map<string, Shape> =>
  new Map([...factNodes(nodes)].map(({ fact, shape }) => [fact.key, shape]));
