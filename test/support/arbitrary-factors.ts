/** Arbitraries of commands about the factors of two customers: any that the wire may produce, and those of a script. */
import fc from 'fast-check';
import type { FactorCommand } from '../../src/engine/customers/factor-command.ts';

export const CUSTOMERS = ['b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b', '0c9d2e5f-1a7b-4c3d-8e6f-5a4b3c2d1e0f'];
export const CODES = ['r1', 'r2', 'r3'];

/** How many codes are right, and how many wrong. */
type Share = readonly [right: number, wrong: number];

const timeStep = ([right, wrong]: Share): fc.Arbitrary<number | null> =>
  fc.oneof(
    { weight: right, arbitrary: fc.integer({ min: 1, max: 9 }) },
    { weight: wrong, arbitrary: fc.constant(null) },
  );

export function factorCommands(factor: fc.Arbitrary<number>, share: Share): fc.Arbitrary<FactorCommand> {
  const customer = fc.constantFrom(...CUSTOMERS.slice(0, 1), ...CUSTOMERS);
  const proof = fc.oneof(
    fc.constant(undefined),
    fc.record({
      by: fc.constant('factor' as const),
      factor,
      timeStep: timeStep(share),
      replace: fc.boolean(),
    }),
    fc.record({ by: fc.constant('recovery' as const), recoveryHash: fc.constantFrom(...CODES, 'r9') }),
  );
  const enrol = fc.record({
    type: fc.constant('factor.enrol' as const),
    customer,
    enrolment: fc.record({
      label: fc.constantFrom(null, 'phone'),
      seedDigest: fc.constantFrom('5'.repeat(64), '6'.repeat(64)),
      confirmWithinSeconds: fc.constantFrom(60, 900),
      proof,
    }),
  });
  const confirm = fc.record({
    type: fc.constant('factor.confirm' as const),
    customer,
    confirmation: fc.record({
      factor,
      timeStep: timeStep(share),
      recoveryHashes: fc.constantFrom(CODES, CODES.slice(1)),
      waitSeconds: fc.constantFrom(3600, 43_200),
    }),
  });
  const remove = fc.record({
    type: fc.constant('factor.remove' as const),
    customer,
    factor,
    timeStep: timeStep(share),
  });
  return fc.oneof(
    { weight: 4, arbitrary: enrol },
    { weight: 5, arbitrary: confirm },
    // Nothing but a wrong code leaves it there to be tried again.
    { weight: share[1] > share[0] ? 16 : 2, arbitrary: remove },
  );
}

/** Any command about factors that the wire may produce. */
export const anyFactorCommand: fc.Arbitrary<FactorCommand> = factorCommands(
  fc.integer({ min: 1, max: 2 ** 40 }),
  [2, 1],
);
