/** Effective times of commands of a script, in the time of tests (2027) and of the real clock alike. */
import fc from 'fast-check';

/** Some before their time by years or by seconds, some too far back, and some in the future of all tests or of few. */
const effectiveAt = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.integer({ min: 1_600_000_000_000_000, max: 1_790_000_000_000_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1_300_000_000_000_000, 4_000_000_000_000_000) },
);

/** A command that may have an effective time, with one at times. */
export const dated = <C extends object>(
  command: fc.Arbitrary<C>,
): fc.Arbitrary<C & { readonly effectiveAt?: number }> =>
  fc
    .tuple(command, effectiveAt)
    .map(([asked, at]): C & { readonly effectiveAt?: number } =>
      at === undefined ? asked : { ...asked, effectiveAt: at },
    );
