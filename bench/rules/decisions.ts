/**
 * How fast rules decide, alone: the India pack as it ships over facts that stand ready, as the fold hands them over. What the facts themselves cost
 * is no part of it. A second is one of processor time, so that other work on the machine does not count.
 */
import { createHash } from 'node:crypto';
import { checkRuleset } from '../../src/fraud/check-ruleset.ts';
import { compileRuleset } from '../../src/fraud/compile.ts';
import { decide } from '../../src/fraud/decide.ts';
import type { Fact } from '../../src/fraud/fact.ts';
import { PACKS } from '../../src/fraud/packs.ts';
import type { CompiledRuleset, FactValues } from '../../src/fraud/ruleset.ts';
import type { Value } from '../../src/fraud/value.ts';
import { assert } from '../../src/kernel/assert.ts';
import { randomNumbers } from '../random.ts';
import { SEED, type Workload } from '../workload.ts';

const RULES = 20;
/** Different transfers, decided over and over. */
const TRANSFERS = 10_000;
const PASSES = { smoke: 10, standard: 200 } as const;

export const decisionWorkload: Workload = {
  name: 'rules/decisions',
  level: 'rules',
  what: `the India pack, ${RULES} rules, decides on transfers whose facts stand ready; seconds of processor time`,
  async run(_, { name }) {
    const compiled = compiledPack();
    const transfers = factsOf(compiled.facts);
    const hash = createHash('sha256');
    // Warm, and what all passes have to come to.
    let expected = 0;
    for (const facts of transfers) {
      const decision = decide(compiled, facts);
      hash.update(JSON.stringify(decision));
      expected += decision.reasons.length;
    }
    const passes = PASSES[name];
    let found = 0;
    const before = process.cpuUsage();
    for (let pass = 0; pass < passes; pass++)
      for (const facts of transfers) found += decide(compiled, facts).reasons.length;
    const { user, system } = process.cpuUsage(before);
    assert(found === passes * expected, 'the same facts come to the same decisions');
    return {
      operations: passes * TRANSFERS,
      seconds: (user + system) / 1e6,
      resultHash: hash.digest('hex').slice(0, 16),
      more: { firedPerDecision: expected / TRANSFERS },
    };
  },
};

function compiledPack(): CompiledRuleset {
  const checked = checkRuleset(PACKS.get('india'));
  assert(checked.ok, 'a ruleset that ships is sound');
  const compiled = compileRuleset(checked.value);
  assert(compiled.rules.length === RULES, `the pack has ${RULES} rules on`);
  return compiled;
}

/** Ordinary customers: small amounts, some history, few claims, nobody on a list; one payment of twenty goes to somebody new. */
function factsOf(facts: readonly Fact[]): readonly FactValues[] {
  const next = randomNumbers(SEED);
  const below = (n: number): number => next() % n;
  const factValue = ({ need, type }: Fact): Value => {
    if (need.kind === 'context') return undefined;
    if (type === 'boolean') return need.kind === 'account' || (need.kind === 'is_new' && below(20) === 0);
    if (need.kind === 'window' && type === 'money')
      return BigInt(
        need.measure === 'sum' && need.direction === 'outgoing'
          ? below(500_000)
          : 4_000_000 + below(4_000_000),
      );
    if (type === 'money') return BigInt(1 + below(2_000_000));
    if (type === 'duration') return 86_400 + below(100_000_000);
    return type === 'integer' ? below(5) : undefined;
  };
  return Array.from({ length: TRANSFERS }, () => facts.map(factValue));
}
