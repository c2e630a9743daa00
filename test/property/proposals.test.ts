/**
 * Whatever may be proposed reads back from its event as the very command that was proposed: a checker approves by a hash, and the
 * fold does what the event says. One member that got lost on the way would leave a proposal that nobody can approve.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Command, makeItem } from '../../src/engine/command.ts';
import { type FoldedBatch, foldBatch } from '../../src/engine/fold.ts';
import { approvalItem } from '../../src/engine/proposals/approval.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { commandOf, readEvent } from '../../src/engine/verify/command-of-event.ts';
import { defined } from '../../src/kernel/assert.ts';
import { CURRENCIES } from '../../src/kernel/currency.ts';
import { formatId } from '../../src/kernel/id.ts';
import { HOLD_SECONDS_MAX } from '../../src/ledger/hold.ts';
import { OVER_CAPTURE_BPS_MAX } from '../../src/ledger/over-capture.ts';
import { shellActor } from '../../src/shell-actor.ts';
import { anyLeg, anyTransfer, token } from '../support/arbitrary-commands.ts';
import { anyAdjustment } from '../support/arbitrary-corrections.ts';
import { anyRequest, exchanging } from '../support/arbitrary-exchanges.ts';
import { limits } from '../support/arbitrary-limits.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const [asha, ravi] = [shellActor('asha'), shellActor('ravi')];
const [ACCOUNT, POOL] = [1, 2];
const ACCOUNT_ID = formatId('acc', LEDGER, ACCOUNT);

const bound = fc.option(fc.bigInt({ min: -1000n, max: 1000n }), { nil: null });
const amount = fc.option(fc.bigInt({ min: 0n, max: 1000n }), { nil: null });
const percent = fc.option(fc.integer({ min: 1, max: OVER_CAPTURE_BPS_MAX }), { nil: null });
const held = fc.integer({ min: 1, max: HOLD_SECONDS_MAX });
const time = fc.integer({ min: 1, max: 8_000_000_000_000_000 });

const transfer: fc.Arbitrary<Command> = fc.oneof(
  anyTransfer,
  exchanging(anyRequest(token), fc.array(anyLeg, { maxLength: 2 })),
  fc
    .tuple(anyTransfer, held)
    .map(([{ effectiveAt: _none, ...all }, holdSeconds]) => ({ ...all, holdSeconds })),
  fc
    .tuple(anyTransfer, time)
    .map(([{ effectiveAt: _none, ...all }, scheduledFor]) => ({ ...all, scheduledFor })),
  anyAdjustment(anyTransfer, token),
);
/** With a bound that changes, so that a policy about bounds takes each of them in. */
const update: fc.Arbitrary<Command> = fc
  .record(
    {
      floor: bound,
      ceiling: bound,
      stepUpAbove: amount,
      overCaptureBps: percent,
      limits,
      debitsFrozen: fc.boolean(),
      creditsFrozen: fc.boolean(),
      closed: fc.boolean(),
    },
    { requiredKeys: ['floor'] },
  )
  .map((change) => ({ type: 'account.update', account: ACCOUNT, currency: 'INR', change }));
const pool: fc.Arbitrary<Command> = fc
  .record({ add: fc.constant([ACCOUNT_ID]), remove: fc.constant([ACCOUNT_ID]), limits }, { requiredKeys: [] })
  .map((change) => ({ type: 'pool.update', pool: POOL, currency: 'INR', ...change }));
const policy: fc.Arbitrary<Command> = fc
  .tuple(fc.subarray(['adjustment', 'bounds', 'unfreeze'] as const), fc.bigInt({ min: 0n, max: 10n ** 12n }))
  .map(([plain, above]) => ({
    type: 'policy.set',
    rules: [
      ...plain.map((action) => ({ action })),
      { action: 'transfer', above: { currency: 'JPY', amount: above } },
    ],
    expirySeconds: 60,
  }));

/** One account and one pool, behind a policy that names everything. */
function guarded(): { readonly fold: (item: ReturnType<typeof makeItem>) => FoldedBatch } {
  const state = new LedgerState(LEDGER);
  let head = 0;
  const fold = (item: ReturnType<typeof makeItem>): FoldedBatch => {
    const folded = foldBatch(state, head, AT, [item]);
    head += folded.rows.events.length;
    return folded;
  };
  const flags = { debitsFrozen: false, creditsFrozen: false, closed: false };
  const opening: Command[] = [
    {
      type: 'account.create',
      code: undefined,
      kind: 'liability',
      currency: 'INR',
      owner: null,
      settings: { floor: 0n, ceiling: null, ...flags },
    },
    { type: 'pool.create', name: 'p', currency: 'INR', owner: null, accounts: [], limits: [] },
  ];
  for (const [i, one] of opening.entries()) fold(makeItem(LEDGER, one, asha, `opening-${i}`, 'req'));
  state.policy = {
    rules: [
      { action: 'adjustment' },
      { action: 'bounds' },
      ...CURRENCIES.map((currency) => ({
        action: 'transfer' as const,
        above: { currency, amount: 0n },
      })),
    ],
    expirySeconds: 60,
  };
  return { fold };
}

test('what is proposed reads back as what was proposed, and is approved by its hash', () => {
  fc.assert(
    fc.property(fc.oneof(transfer, update, pool, policy), (command) => {
      const { fold } = guarded();
      const asked = makeItem(LEDGER, command, asha, 'k', 'req');
      const event = defined(fold(asked).rows.events[0], 'a proposal');
      expect(event.type).toBe('proposal.create');
      const read = commandOf(readEvent(event.body), LEDGER);
      expect(makeItem(LEDGER, read, asha, 'k', 'req').fingerprint).toBe(asked.fingerprint);
      const approved = { proposal: 3, hash: asked.fingerprint };
      const [result] = fold(approvalItem(LEDGER, read, approved, ravi, 'k', 'req')).results;
      expect(result?.kind).toBe('recorded');
    }),
    { numRuns: 500 },
  );
});
