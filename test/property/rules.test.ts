/**
 * Random rules over random facts: whatever passes the checks never throws, comes to what a plain interpreter comes to, and is decided alike
 * every time; whatever does not is refused with a complaint, never with an exception.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRuleset, readRuleset } from '../../src/fraud/check-ruleset.ts';
import { compileRuleset } from '../../src/fraud/compile.ts';
import { readContext } from '../../src/fraud/context.ts';
import { decide } from '../../src/fraud/decide.ts';
import { recordedFacts, recordFacts } from '../../src/fraud/record.ts';
import type { CompiledRuleset } from '../../src/fraud/ruleset.ts';
import { rulesetText } from '../../src/fraud/text.ts';
import { arbitraryCondition, arbitraryFacts } from '../support/arbitrary-rules.ts';
import { interpret } from '../support/rule-interpreter.ts';
import { documentOf, ruleOf } from '../support/rulesets.ts';

const RUNS = 3000;

function compiledIfSound(when: unknown): CompiledRuleset | undefined {
  const checked = checkRuleset(documentOf([ruleOf(when)]));
  return checked.ok ? compileRuleset(checked.value) : undefined;
}

describe('a random rule over random facts', () => {
  test('comes to what a plain interpreter comes to, and is decided alike from its record', () => {
    const seen = { refused: 0, fires: 0, does_not_fire: 0, missing: 0 };
    fc.assert(
      fc.property(arbitraryCondition(), arbitraryFacts, (when, facts) => {
        const compiled = compiledIfSound(when);
        if (!compiled) {
          seen.refused++;
          return;
        }
        const values = compiled.facts.map(({ key }) => facts[key]);
        const decision = decide(compiled, values);
        const plain = new Map(
          Object.entries(facts).map(([key, value]) => [
            key,
            typeof value === 'number' ? BigInt(value) : value,
          ]),
        );
        const expected = interpret(when, plain);
        expect([decision.outcome === 'block', decision.undecided.length === 1]).toEqual([
          expected === true,
          expected === undefined,
        ]);
        seen[expected === undefined ? 'missing' : expected ? 'fires' : 'does_not_fire']++;
        const again = recordedFacts(compiled, JSON.parse(JSON.stringify(recordFacts(compiled, values))));
        expect(again).toEqual({ ok: true, value: values });
        expect(JSON.stringify(decide(compiled, again.ok ? again.value : []))).toBe(JSON.stringify(decision));
        expect(rulesetText(compiled.ruleset)).toContain('then block');
      }),
      { numRuns: RUNS },
    );
    // Each happens often enough for the comparison to mean something.
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(RUNS / 30);
  });
});

describe('whatever comes in as a ruleset', () => {
  const document = documentOf([
    ruleOf({ all: [{ fact: 'recurring' }, { more_than: [{ fact: 'amount' }, { money: '5' }] }] }),
  ]);
  const anything = fc.jsonValue({ maxDepth: 4 });
  const words = fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'fact',
    'all',
    'money',
    'constant',
    '',
    'a'.repeat(1000),
  );

  /** The document with one of its values, at any depth, replaced. */
  function replaced(value: unknown, path: readonly number[], by: unknown): unknown {
    const [step, ...rest] = path;
    if (step === undefined || typeof value !== 'object' || value === null) return by;
    const keys = Object.keys(value);
    const key = keys[step % keys.length];
    if (key === undefined) return by;
    const inner = replaced((value as Record<string, unknown>)[key], rest, by);
    return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
  }

  test('is checked without an exception, and complaints say where', () => {
    const path = fc.array(fc.nat(20), { maxLength: 8 });
    const by = fc.oneof(
      anything,
      words,
      fc.dictionary(words, anything),
      fc.constantFrom(Number.NaN, -0, 1e308, undefined, 5n),
    );
    fc.assert(
      fc.property(path, by, (at, value) => {
        const checked = checkRuleset(replaced(document, at, value));
        if (!checked.ok) for (const complaint of checked.error) expect(complaint.path).toMatch(/^(\/|$)/);
        expect(checked.ok || checked.error.length > 0).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('is read as text without an exception', () => {
    const text = JSON.stringify(document);
    const cut = fc
      .tuple(fc.nat(text.length), fc.nat(text.length), fc.string())
      .map(([from, length, by]) => text.slice(0, from) + by + text.slice(from + length));
    fc.assert(
      fc.property(fc.oneof(cut, fc.string(), fc.json()), (given) => {
        const read = readRuleset(given);
        expect(read.ok || read.error.length > 0).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('and whatever comes in as a context is read without an exception, and as values of the fields alone', () => {
    const names = ['channel', 'device', 'address', 'country', 'contact_age', 'travel_speed', 'recurring'];
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...names), words), anything), (json) => {
        const read = readContext(json);
        if (read.ok)
          for (const value of read.value.values())
            expect(['string', 'number', 'boolean']).toContain(typeof value);
      }),
      { numRuns: RUNS },
    );
  });
});
