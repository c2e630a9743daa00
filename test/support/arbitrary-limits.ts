/**
 * Scripts about limits: those about holds, with limits that come, change and go between the steps, and now and then so
 * much time that a day or a month of India ends. Limits are so tight that every second transfer meets one.
 */
import fc from 'fast-check';
import type { LimitTerms } from '../../src/ledger/limit.ts';
import { SHELL, type Step } from './arbitrary-commands.ts';
import { holdScript } from './arbitrary-holds.ts';

const HOUR = 3600;
const FIRST_ACCOUNT = 5;
/** The three accounts and what they are given. */
const OPENING = 4;

const terms: fc.Arbitrary<LimitTerms> = fc
  .record({
    name: fc.constantFrom('x', 'y'),
    direction: fc.constantFrom('outgoing', 'incoming', 'net'),
    window: fc.constantFrom('day', 'month', '1s', '32400s', '86400s'),
    amount: fc.option(fc.bigInt({ min: 1n, max: 60n }), { nil: null }),
    count: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
  })
  .map(({ amount, count, ...of }) => {
    const bound =
      of.direction === 'net' || count === null ? { amount: amount ?? 30n, count: null } : { amount, count };
    return { ...of, ...bound };
  });

export const limits = fc.uniqueArray(terms, { maxLength: 2, selector: ({ name }) => name });
const change = fc.record({ account: fc.integer({ min: 0, max: 2 }), limits, before: fc.nat({ max: 30 }) });
const gap = fc.record({ before: fc.nat({ max: 30 }), hours: fc.constantFrom(9, 12, 24, 20 * 24) });

export const limitScript = (ledgerId: number, length: number): fc.Arbitrary<Step[]> =>
  fc
    .tuple(
      holdScript(ledgerId, length),
      fc.array(change, { minLength: 3, maxLength: 8, size: 'max' }),
      fc.array(gap, { maxLength: 5, size: 'max' }),
    )
    .map(([steps, changes, gaps]) => {
      const later = steps.map((step, i) => {
        const hours = gaps.filter(({ before }) => OPENING + before === i).map((one) => one.hours);
        const seconds = hours.reduce((sum, one) => sum + one * HOUR, step.later ?? 0);
        return seconds === 0 ? step : { ...step, later: seconds };
      });
      for (const [i, { account, limits: all, before }] of changes.entries())
        later.splice(Math.min(OPENING + Math.floor((before * length) / 60), later.length), 0, {
          actor: SHELL,
          atomic: false,
          intents: [
            {
              key: `limits-${i}`,
              command: {
                type: 'account.update',
                account: FIRST_ACCOUNT + account,
                currency: 'INR',
                change: { limits: all },
              },
            },
          ],
        });
      return later;
    });
