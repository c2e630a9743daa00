/** Closes of the books, and what the engine carries forward behind them. */
import fc from 'fast-check';
import type { CarryPeriod, ClosePeriod } from '../../src/engine/period-command.ts';

export const anyClose: fc.Arbitrary<ClosePeriod> = fc.record({
  type: fc.constant('period.close' as const),
  closedUntil: fc.integer({ min: 0, max: 9_000_000_000_000_000 }),
});

/** Between the effective times of a script, and in its future. */
export const close: fc.Arbitrary<ClosePeriod> = fc.record({
  type: fc.constant('period.close' as const),
  closedUntil: fc.constantFrom(
    1_500_000_000_000_000,
    1_700_000_000_000_000,
    1_750_000_000_000_000,
    4_000_000_000_000_000,
  ),
});

/** Of one of these events, most of which are no closes. What balances it brings is nothing to the fold. */
export const carryOf = (period: fc.Arbitrary<number>): fc.Arbitrary<CarryPeriod> =>
  fc.record({
    type: fc.constant('period.carry' as const),
    period,
    after: fc.constantFrom(0, 6),
    upTo: fc.constantFrom(0, 6, 9),
    rows: fc.constant([]),
    last: fc.boolean(),
  });
