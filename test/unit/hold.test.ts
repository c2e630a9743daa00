/** What may become of a hold: the diagram in its module against the code, every state with every action. */
import { describe, expect, test } from 'vitest';
import { type AccountState, accountState, applySettings, NO_TOTALS } from '../../src/ledger/account.ts';
import {
  captureHold,
  HOLD_STATUSES,
  type HoldState,
  type HoldStatus,
  isDue,
  refusalOf,
  releaseHold,
  remainingOf,
} from '../../src/ledger/hold.ts';
import type { Entry } from '../../src/ledger/transfer.ts';
import { diagramOf } from '../support/diagram.ts';

const EXPIRES_AT = 1000;
const NUMBER = 9;

const account = (id: number, held: Partial<AccountState>): AccountState =>
  Object.assign(
    accountState(
      { id, code: `a${id}`, kind: 'liability', currency: 'INR', owner: null },
      { floor: 0n, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
      { ...NO_TOTALS, credits: 100n },
      1,
    ),
    held,
  );

/** Ten minor units from 1 to 2, of which four are captured; the payer allows so much more, basis points. */
function holdIn(status: HoldStatus, overCaptureBps?: number) {
  const hold: HoldState = {
    id: 3,
    expiresAt: EXPIRES_AT,
    legs: [{ debit: 1, credit: 2, currency: 'INR', amount: 10n, captured: 4n }],
    status,
    changed: 4,
    passedBy: 4,
  };
  const left = status === 'held' ? 6n : 0n;
  const debit = account(1, { heldDebits: left });
  if (overCaptureBps !== undefined) applySettings(debit, { ...debit.settings, overCaptureBps }, 1);
  const credit = account(2, { heldCredits: left });
  return { hold, sides: [{ debit, credit }], debit, credit, entries: [] as Entry[] };
}

/** What is tried, at a time before and at the expiry: the states it leads to, or the code that refuses it. */
const ACTIONS = {
  capture: (status: HoldStatus, at: number): string[] =>
    [1n, 6n].map((amount) => {
      const { hold, sides, entries } = holdIn(status);
      const code = refusalOf(hold, at);
      if (code !== undefined) return code;
      captureHold(hold, sides, [amount], false, true, NUMBER, entries);
      return hold.status;
    }),
  void: (status: HoldStatus, at: number): string[] => {
    const { hold, sides, entries } = holdIn(status);
    const code = refusalOf(hold, at);
    if (code !== undefined) return [code];
    releaseHold(hold, sides, 'voided', NUMBER, entries);
    return [hold.status];
  },
  expire: (status: HoldStatus, at: number): string[] => {
    const { hold, sides, entries } = holdIn(status);
    if (!isDue(hold, at)) return ['nothing'];
    releaseHold(hold, sides, 'expired', NUMBER, entries);
    return [hold.status];
  },
} as const;
type Action = keyof typeof ACTIONS;

const DIAGRAM = diagramOf('hold');
const REFUSED = { posted: 'hold_captured', voided: 'hold_voided', expired: 'hold_expired' } as const;

describe('the diagram', () => {
  test('has a transition for each action', () => {
    expect([...DIAGRAM.keys()]).toEqual(['held capture', 'held void', 'held expire']);
  });

  const cases = HOLD_STATUSES.flatMap((from) =>
    (Object.keys(ACTIONS) as Action[]).map((action) => [from, action] as const),
  );
  test.each(cases)('from %s by %s leads where the code leads, and nowhere else', (from, action) => {
    const at = action === 'expire' ? EXPIRES_AT : EXPIRES_AT - 1;
    const reached = [...new Set(ACTIONS[action](from, at))];
    const otherwise = from === 'held' || action === 'expire' ? 'nothing' : REFUSED[from];
    expect(reached).toEqual(DIAGRAM.get(`${from} ${action}`) ?? [otherwise]);
  });

  test('is a matter of time: at its expiry a hold is neither captured nor voided, a moment before it does not expire', () => {
    expect(ACTIONS.capture('held', EXPIRES_AT)).toEqual(['hold_expired', 'hold_expired']);
    expect(ACTIONS.void('held', EXPIRES_AT)).toEqual(['hold_expired']);
    expect(ACTIONS.expire('held', EXPIRES_AT - 1)).toEqual(['nothing']);
  });

  test('knows no transfer that is no hold', () => {
    expect(refusalOf(null, 0)).toBe('not_held');
    expect(isDue(null, EXPIRES_AT)).toBe(false);
  });
});

describe('entries', () => {
  test('of a capture move its amount and hold so much less, without a bound and without a count', () => {
    const { hold, sides, debit, credit, entries } = holdIn('held');
    captureHold(hold, sides, [1n], false, true, NUMBER, entries);
    expect(entries).toMatchObject([
      { account: 1, amount: -1n, debits: 1n, heldDebits: 5n, debitCount: 0, netMin: null, position: 9 * 256 },
      { account: 2, amount: 1n, credits: 101n, heldCredits: 5n, creditCount: 0, netMax: null },
    ]);
    expect([debit.version, credit.version, hold.changed, remainingOf(hold, hold.legs[0] as never)]).toEqual([
      1,
      1,
      NUMBER,
      5n,
    ]);
  });

  test('of a final capture give back the rest as well', () => {
    const { hold, sides, entries } = holdIn('held');
    captureHold(hold, sides, [1n], true, true, NUMBER, entries);
    expect(entries).toMatchObject([
      { amount: -1n, heldDebits: 0n },
      { amount: 1n, heldCredits: 0n },
    ]);
  });

  test('of a capture beyond the hold carry the bounds, and hold less by what was held', () => {
    const { hold, sides, entries } = holdIn('held', 2000);
    captureHold(hold, sides, [8n], false, true, NUMBER, entries);
    expect(entries).toMatchObject([
      { account: 1, amount: -8n, debits: 8n, heldDebits: 0n, debitCount: 0, netMin: 0n, netMax: null },
      { account: 2, amount: 8n, credits: 108n, heldCredits: 0n, creditCount: 0, netMin: null },
    ]);
    expect([hold.status, hold.legs[0]?.captured]).toEqual(['posted', 12n]);
  });

  test('of a capture that is refused beyond its hold are none, and nothing has changed', () => {
    const { hold, sides, debit, entries } = holdIn('held', 2000);
    debit.credits = 11n - 4n;
    const before = structuredClone({ hold, sides, entries });
    const refused = captureHold(hold, sides, [8n], true, true, NUMBER, entries);
    expect(refused).toEqual({ code: 'floor_breached', leg: 0 });
    expect({ hold, sides, entries }).toEqual(before);
  });

  test('of a release move nothing', () => {
    const { hold, sides, entries } = holdIn('held');
    releaseHold(hold, sides, 'voided', NUMBER, entries);
    expect(entries).toMatchObject([
      { amount: 0n, debits: 0n, heldDebits: 0n, refusedCount: 0 },
      { amount: 0n, credits: 100n, heldCredits: 0n },
    ]);
  });

  test('are none where a capture is refused, and nothing has changed', () => {
    const { hold, sides, entries } = holdIn('held');
    const before = structuredClone({ hold, sides, entries });
    expect(captureHold(hold, sides, [7n], true, true, NUMBER, entries)).toEqual({
      code: 'capture_exceeds_hold',
      leg: 0,
    });
    expect({ hold, sides, entries }).toEqual(before);
  });
});
