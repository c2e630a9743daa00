/** Rules as people read them: `when … unless … then …`. Made of the checked tree, so it says what is evaluated, not what was meant. */
import { formatMinor } from '../kernel/money.ts';
import type { CheckedNode } from './node.ts';
import type { Operator } from './operator.ts';
import type { Basis, Rule, Ruleset } from './ruleset.ts';
import { durationText, valueJson } from './value.ts';

type Currency = Pick<Ruleset, 'currency' | 'exponent'>;

/** How tightly operators bind: an argument that binds no more tightly stands in brackets. */
const TIGHTNESS: Readonly<Record<Operator['group'], number>> = {
  logic: 1,
  'missing values': 2,
  comparison: 2,
  arithmetic: 3,
};

export function rulesetText(ruleset: Ruleset): string {
  const { name, title, hash, currency, scope, bands, rules } = ruleset;
  const head = [
    `ruleset ${name}: ${title}`,
    `  sha-256 ${hash}, money in ${currency}`,
    ...(scope ? [`  decides where ${nodeText(scope, ruleset)}`] : []),
    ...bands.map(({ atLeast, outcome }) => `  score from ${atLeast} on: ${outcome}`),
  ];
  return `${[head.join('\n'), ...rules.map((rule) => ruleText(rule, ruleset))].join('\n\n')}\n`;
}

function ruleText(rule: Rule, currency: Currency): string {
  const { name, title, enabled, when, unless, basis } = rule;
  return [
    `rule ${name}${enabled ? '' : ' (off)'}: ${title}`,
    ...(basis ? [`  ${basisText(basis)}`] : []),
    `  when ${topText(when, currency)}`,
    ...(unless ? [`  unless ${topText(unless, currency)}`] : []),
    `  then ${thenText(rule)}`,
  ].join('\n');
}

const READ: Readonly<Record<Basis['read'], string>> = {
  primary: 'read in the source',
  secondary: 'read in accounts of the source, not in the source',
  none: 'no source',
};

const basisText = ({ status, citation, read, effectiveFrom }: Basis): string =>
  `${status}${effectiveFrom === null ? '' : `, since ${effectiveFrom}`}: ${citation} (${READ[read]})`;

function thenText({ outcome, score, report, holdSeconds }: Rule): string {
  return [
    ...(outcome === 'allow' ? [] : [outcome]),
    ...(holdSeconds === undefined ? [] : [`hold for ${durationText(holdSeconds)}`]),
    ...(score === 0 ? [] : [`score ${score > 0 ? '+' : '−'}${Math.abs(score)}`]),
    ...(report === undefined ? [] : [`report as ${report}`]),
  ].join(', ');
}

/** A conjunction has a line for each of its conditions. */
function topText(node: CheckedNode, currency: Currency): string {
  const isConjunction = node.kind === 'call' && node.operator.name === 'all';
  return isConjunction
    ? node.args.map((arg) => argText(arg, node.operator, currency)).join('\n    and ')
    : nodeText(node, currency);
}

export function nodeText(node: CheckedNode, currency: Currency): string {
  switch (node.kind) {
    case 'fact':
      return node.fact.key;
    case 'call':
      return node.operator.text(node.args.map((arg) => argText(arg, node.operator, currency)));
    case 'constant':
      return typeof node.value === 'bigint'
        ? moneyText(node.value, currency)
        : String(valueJson(node.shape.type, node.value, currency.exponent));
  }
}

function argText(arg: CheckedNode, { group }: Operator, currency: Currency): string {
  const text = nodeText(arg, currency);
  return arg.kind === 'call' && TIGHTNESS[arg.operator.group] <= TIGHTNESS[group] ? `(${text})` : text;
}

/** ₹1,00,000.00 as in India; other currencies without grouping. */
function moneyText(minor: bigint, { currency, exponent }: Currency): string {
  const decimal = formatMinor(minor < 0n ? -minor : minor, exponent);
  const sign = minor < 0n ? '−' : '';
  if (currency !== 'INR') return `${sign}${currency} ${decimal}`;
  const [whole = '', decimals] = decimal.split('.');
  return `${sign}₹${whole.replace(/(\d)(?=(\d\d)+\d$)/g, '$1,')}.${decimals}`;
}
