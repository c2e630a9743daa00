/**
 * Scheduled transfers: asked for now, decided and posted at a time to come.
 *
 *   scheduled  -execute->  executed | execution_refused
 *   scheduled  -cancel->   canceled
 *
 * Every other transition changes nothing: a cancellation is refused with a code of its own (`refusalOf`), an execution finds
 * nothing to do (`isDue`), since the engine alone sends it. Nothing is held meanwhile: what is there at the time decides, by
 * the rules that hold then, and a refusal is as final as a posting: an account that was closed or frozen, or lacks the money
 * at that moment, ends the schedule, and nothing tries again. The execution is a transfer of its own that names its schedule;
 * it comes no earlier than `scheduledFor`, by the ledger's clock, and once, however many processes try. It may come later,
 * where no process ran: then both times stand in its event. Until it has come, a schedule can be canceled, its time past or
 * not; of the two, whichever the log takes first holds.
 *
 * What no time will change is refused at once: an account that is not there, the same one twice, another currency, and a
 * payer that the client may not debit. Whether it may is decided then and there (`unrestricted`) and stays so: keys are
 * rotated, and a standing order must outlive the key that gave it. A key that is revoked later schedules nothing more, and
 * takes back nothing; cancel what it scheduled.
 */
import type { RefusalCode } from '../kernel/failure.ts';
import { isCustomerAccountWithFloor, type Leg, type Refusal } from './transfer.ts';

export const SCHEDULE_STATUSES = ['scheduled', 'executed', 'execution_refused', 'canceled'] as const;
export type ScheduleStatus = (typeof SCHEDULE_STATUSES)[number];

const MICROS = 1_000_000;
/** A leap year. */
const SCHEDULE_SECONDS_MAX = 31_622_400;

/** A scheduled transfer in memory: mutated in place by the fold, as accounts are. */
export interface ScheduleState {
  /** Number of the event that scheduled it. */
  readonly id: number;
  /** Microseconds since 1970. */
  readonly scheduledFor: number;
  readonly unrestricted: boolean;
  /** Of what is to be posted: what is posted must be that. */
  readonly fingerprint: string;
  status: ScheduleStatus;
  /** Number of the newest event that changed it. */
  changed: number;
  /** `changed` when it came or eviction last passed it by. */
  passedBy: number;
}

/** After now, and within SCHEDULE_SECONDS_MAX of it. */
export const isWithinReach = (scheduledFor: number, at: number): boolean =>
  scheduledFor > at && scheduledFor <= at + SCHEDULE_SECONDS_MAX * MICROS;

/** Why it cannot be canceled; undefined stands for a transfer that was not scheduled. */
export function refusalOf(schedule: ScheduleState | undefined): RefusalCode | undefined {
  if (!schedule) return 'not_scheduled';
  return schedule.status === 'scheduled' ? undefined : `schedule_${schedule.status}`;
}

export const isDue = (schedule: ScheduleState | undefined, at: number): schedule is ScheduleState =>
  schedule?.status === 'scheduled' && at >= schedule.scheduledFor;

/** What stands against these legs at any time. */
export function refusalForEver(legs: readonly Leg[], unrestricted: boolean): Refusal | undefined {
  for (const [i, { debit, credit, currency }] of legs.entries()) {
    const refuse = (code: RefusalCode): Refusal => ({ code, leg: i });
    if (!debit || !credit) return refuse('account_unknown');
    if (debit === credit) return refuse('same_account');
    if (!unrestricted && !isCustomerAccountWithFloor(debit)) return refuse('debit_not_permitted');
    if (debit.identity.currency !== currency || credit.identity.currency !== currency)
      return refuse('currency_mismatch');
  }
  return undefined;
}
