/** What may become of a scheduled transfer: the diagram in its module against the code, every state with every action. */
import { describe, expect, test } from 'vitest';
import { emptyRows } from '../../src/engine/batch-rows.ts';
import { type Command, type CreateTransfer, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { ENGINE } from '../../src/engine/sweeper.ts';
import {
  isDue,
  isWithinReach,
  refusalOf,
  SCHEDULE_STATUSES,
  type ScheduleState,
  type ScheduleStatus,
} from '../../src/ledger/schedule.ts';
import { SHELL } from '../support/arbitrary-commands.ts';
import { diagramOf } from '../support/diagram.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const DUE = AT + 3_600_000_000;
const [BANK, PAYER, SCHEDULE] = [1, 2, 4];

/** A ledger with one scheduled transfer of 4 from an account that has 10, folded one command a batch. */
class Scheduled {
  readonly state = new LedgerState(LEDGER);
  head = 0;
  at = AT;
  rows = emptyRows();
  readonly asked: CreateTransfer;

  constructor(amount = 4n) {
    const settings = { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };
    for (const [code, floor] of [
      ['bank', null],
      ['payer', 0n],
    ] as const)
      this.fold({
        type: 'account.create',
        code,
        kind: code === 'bank' ? 'asset' : 'liability',
        currency: 'INR',
        owner: null,
        settings: { ...settings, floor },
      });
    const leg = (debit: string, credit: string, minor: bigint) => ({
      debit,
      credit,
      amount: minor,
      currency: 'INR',
    });
    this.fold({ type: 'transfer.create', legs: [leg('bank', 'payer', 10n)] });
    this.asked = { type: 'transfer.create', legs: [leg('payer', 'bank', amount)], scheduledFor: DUE };
    this.fold(this.asked);
  }

  /** What one command comes to: the failure, the refusal, or where the schedule is now. */
  fold(command: Command, key = `k${this.head}`): string {
    const actor = command.type === 'transfer.execute' ? ENGINE : SHELL;
    const { rows, results } = foldBatch(this.state, this.head, this.at, [
      makeItem(LEDGER, command, actor, key, 'req'),
    ]);
    this.rows = rows;
    this.head += rows.events.length;
    const [result] = results;
    if (result?.kind === 'failed') return result.code;
    if (command.type === 'transfer.cancel' && result?.result.code) return result.result.code;
    return this.state.schedules.get(SCHEDULE)?.status ?? '';
  }

  execute(): string {
    this.at = DUE;
    return this.fold({ type: 'transfer.execute', schedule: SCHEDULE, transfer: this.asked });
  }

  cancel(): string {
    return this.fold({ type: 'transfer.cancel', schedule: SCHEDULE });
  }
}

/** Brings a schedule into a state; the amount decides whether its execution is refused. */
function scheduledIn(status: ScheduleStatus, amount?: bigint): Scheduled {
  const of = new Scheduled(amount ?? (status === 'execution_refused' ? 40n : 4n));
  if (status === 'canceled') of.cancel();
  if (status === 'executed' || status === 'execution_refused') of.execute();
  expect(of.state.schedules.get(SCHEDULE)?.status).toBe(status);
  return of;
}

const ACTIONS = {
  execute: (status: ScheduleStatus) =>
    status === 'scheduled'
      ? [scheduledIn(status, 4n).execute(), scheduledIn(status, 40n).execute()]
      : [scheduledIn(status).execute()],
  cancel: (status: ScheduleStatus) => [scheduledIn(status).cancel()],
} as const;
type Action = keyof typeof ACTIONS;

const DIAGRAM = diagramOf('schedule');
const REFUSED = {
  executed: 'schedule_executed',
  execution_refused: 'schedule_execution_refused',
  canceled: 'schedule_canceled',
} as const;

describe('the diagram', () => {
  test('has a transition for each action', () => {
    expect([...DIAGRAM.keys()]).toEqual(['scheduled execute', 'scheduled cancel']);
    expect([...new Set([...DIAGRAM.values()].flat()), 'scheduled'].sort()).toEqual(
      [...SCHEDULE_STATUSES].sort(),
    );
  });

  const cases = SCHEDULE_STATUSES.flatMap((from) =>
    (Object.keys(ACTIONS) as Action[]).map((action) => [from, action] as const),
  );
  test.each(cases)('from %s by %s leads where the code leads, and nowhere else', (from, action) => {
    const otherwise = from === 'scheduled' || action === 'execute' ? 'not_found' : REFUSED[from];
    expect(ACTIONS[action](from)).toEqual(DIAGRAM.get(`${from} ${action}`) ?? [otherwise]);
  });

  test.each(SCHEDULE_STATUSES.filter((status) => status !== 'scheduled'))(
    'from %s no action moves anything or adds a version',
    (status) => {
      const of = scheduledIn(status);
      const balances = () => [BANK, PAYER].map((id) => structuredClone(of.state.accounts.get(id)));
      const before = balances();
      for (const act of [() => of.cancel(), () => of.execute()]) {
        act();
        expect(of.rows.entries).toEqual([]);
        expect(of.rows.rare.schedules).toEqual([]);
      }
      expect(balances()).toEqual(before);
      expect(of.state.schedules.get(SCHEDULE)?.status).toBe(status);
    },
  );

  test('is a matter of time: a moment before it, an execution finds nothing to do and stores nothing', () => {
    const of = new Scheduled();
    of.at = DUE - 1;
    expect(of.fold({ type: 'transfer.execute', schedule: SCHEDULE, transfer: of.asked })).toBe('not_found');
    expect(of.rows.events).toEqual([]);
    expect(of.execute()).toBe('executed');
  });

  test('executes only what was scheduled', () => {
    const of = new Scheduled();
    of.at = DUE;
    const other = { ...of.asked, legs: of.asked.legs.map((leg) => ({ ...leg, amount: 5n })) };
    expect(of.fold({ type: 'transfer.execute', schedule: SCHEDULE, transfer: other })).toBe('not_found');
    expect(of.rows.events).toEqual([]);
  });

  test('knows no transfer that was not scheduled', () => {
    expect(refusalOf(undefined)).toBe('not_scheduled');
    expect(isDue(undefined, DUE)).toBe(false);
  });
});

test('a transfer can be scheduled from the next microsecond on, and for 366 days', () => {
  const furthest = AT + 366 * 86_400 * 1_000_000;
  expect([AT, AT + 1, furthest, furthest + 1].map((time) => isWithinReach(time, AT))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  const open = { status: 'scheduled', scheduledFor: DUE } as ScheduleState;
  expect([DUE - 1, DUE, DUE + 1].map((at) => isDue(open, at))).toEqual([false, true, true]);
});

describe('in a sandbox ledger', () => {
  const provoking = (amount: bigint): string => {
    const of = new Scheduled();
    of.state.ahead = 0;
    const legs = of.asked.legs.map((leg) => ({ ...leg, amount }));
    return of.fold({ ...of.asked, legs });
  };

  test('an amount that provokes a fault provokes it at once, so that no execution ever meets it', () => {
    expect(provoking(990_051n)).toBe('overloaded');
  });

  test('an amount that provokes a refusal is scheduled, and refused at its time', () => {
    const of = new Scheduled(990_004n);
    of.state.ahead = 0;
    expect(of.execute()).toBe('execution_refused');
    expect(of.rows.events).toMatchObject([{ type: 'transfer.execute', code: 'account_closed' }]);
  });
});
