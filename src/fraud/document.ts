/**
 * The form of a ruleset document, but for its nodes (check-node.ts). The JSON Schema for editors is made of these very schemas.
 */
import { z } from 'zod';
import { CURRENCIES } from '../kernel/currency.ts';
import { OUTCOMES, REPORTS, RULE_STATUSES, SOURCES_READ } from './ruleset.ts';
import { durationSeconds, isName, VALUE_TYPES } from './value.ts';

export const RULES_MAX = 500;
const SCORE_MAX = 10_000;
const CASES_MAX = 20;

/** Checked by check-node.ts; has a definition of its own in the JSON Schema. */
const node = z.unknown().meta({ id: 'node' });
const constant = z.unknown().meta({ id: 'constant' });

const NAME_FORM = '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$';
const name = z
  .string()
  .regex(
    new RegExp(NAME_FORM),
    'write 1 to 64 letters, digits and . _ : -, beginning with a letter or digit',
  );
/** One line for people; nothing of it is evaluated. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/\p{C}/u.test(text), 'write one line, without control characters');
const duration = z
  .string()
  .regex(/^[1-9]\d*[smhd]$/, 'write a duration such as "15m", "24h" or "30d"')
  .refine((text) => durationSeconds(text) !== undefined, 'write at most a hundred years');
const record = <T extends z.ZodType>(of: T, max: number) =>
  z
    .record(z.string().refine(isName, 'write a name of letters, digits and . _ : -'), of)
    .refine((fields) => Object.keys(fields).length <= max, `has more than ${max} fields`);

const score = z.int().min(-SCORE_MAX).max(SCORE_MAX);

const basis = z
  .strictObject({
    status: z.enum(RULE_STATUSES),
    citation: line(600),
    read: z.enum(SOURCES_READ),
    effective_from: z.iso.date().nullable(),
    note: line(1000).optional(),
  })
  .meta({
    description: 'Where the rule comes from: what it is worth, and since when it counts. Not evaluated.',
  });

const ruleCase = z.strictObject({
  name: line(200),
  given: z.record(z.string().max(200), z.union([z.boolean(), z.number(), z.string()])),
  expect: z.enum(['fires', 'does_not_fire', 'missing']),
  boundary: z.literal(true).optional(),
});

const rule = z.strictObject({
  name,
  title: line(200),
  enabled: z.boolean().optional(),
  when: node,
  unless: node.optional(),
  then: z.strictObject({
    outcome: z.enum(OUTCOMES).optional(),
    score: score.optional(),
    report: z.enum(REPORTS).optional(),
    hold: duration.optional(),
  }),
  basis: basis.optional(),
  cases: z.array(ruleCase).max(CASES_MAX).optional(),
});

export const rulesetDocument = z.strictObject({
  $schema: line(300).optional(),
  language: z.literal(1),
  name,
  title: line(200),
  currency: z.enum(CURRENCIES as [string, ...string[]]),
  attributes: record(z.enum(VALUE_TYPES), 64).optional(),
  constants: record(constant, 100).optional(),
  scope: node.optional(),
  score: z
    .array(
      z.strictObject({
        at_least: z
          .int()
          .min(1)
          .max(RULES_MAX * SCORE_MAX),
        outcome: z.enum(OUTCOMES),
      }),
    )
    .max(8)
    .optional(),
  rules: z.array(rule).min(1).max(RULES_MAX),
});

export type RulesetDocument = z.infer<typeof rulesetDocument>;
export type RuleDocument = RulesetDocument['rules'][number];
