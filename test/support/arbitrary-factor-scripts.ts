/**
 * Scripts about the factors of two customers: enrolments on the client's word, on a factor's and on a recovery code's,
 * confirmations early, late and twice, codes right, wrong and used, locks that pass.
 */
import fc from 'fast-check';
import type { Actor, Command } from '../../src/engine/command.ts';
import { formatId } from '../../src/kernel/id.ts';
import { SHELL, type Step } from './arbitrary-commands.ts';
import { CODES, CUSTOMERS, factorCommands } from './arbitrary-factors.ts';

/** Behind the four keys of the prelude. */
const FIRST = 5;

export function factorScript(ledgerId: number, length: number): fc.Arbitrary<Step[]> {
  // Mostly the one that is there from the start.
  const factor = fc.oneof(
    fc.constant(FIRST),
    fc.integer({ min: FIRST, max: FIRST + Math.floor(length / 3) }),
  );
  const actor: fc.Arbitrary<Actor> = fc.oneof(
    { weight: 6, arbitrary: fc.constant(SHELL) },
    // With the scope, and without.
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(2, 2, 1)
        .map((apiKey) => ({ name: formatId('key', ledgerId, apiKey), client: 'bank', apiKey })),
    },
  );
  const key = fc.integer({ min: 0, max: length * 4 }).map((n) => `k${n}`);
  const later = fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constantFrom(30, 60, 900, 1800) },
  );
  const step = (command: fc.Arbitrary<Command>): fc.Arbitrary<Step> =>
    fc.tuple(actor, key, command, later).map(([by, name, asked, seconds]) => ({
      actor: by,
      atomic: false,
      intents: [{ key: name, command: asked }],
      ...(seconds === 0 ? {} : { later: seconds }),
    }));
  const opening: Step[] = [
    {
      type: 'factor.enrol' as const,
      customer: CUSTOMERS[0] as string,
      enrolment: { label: null, seedDigest: '5'.repeat(64), confirmWithinSeconds: 900, proof: undefined },
    },
    {
      type: 'factor.confirm' as const,
      customer: CUSTOMERS[0] as string,
      confirmation: { factor: FIRST, timeStep: 1, recoveryHashes: CODES, waitSeconds: 3600 },
    },
  ].map((command, i) => ({ actor: SHELL, atomic: false, intents: [{ key: `opening-${i}`, command }] }));
  // Mostly right codes get far, mostly wrong ones meet the lock.
  return fc
    .constantFrom([9, 1] as const, [1, 5] as const)
    .chain((share) =>
      fc.array(step(factorCommands(factor, share)), { minLength: 1, maxLength: length, size: 'max' }),
    )
    .map((steps) => [...opening, ...steps]);
}
