/** Folding of scheduled transfers: the scheduling, the execution at its time, the cancellation. */
import { defined } from '../kernel/assert.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import {
  isDue,
  isWithinReach,
  refusalForEver,
  refusalOf,
  type ScheduleState,
  type ScheduleStatus,
} from '../ledger/schedule.ts';
import type { Leg } from '../ledger/transfer.ts';
import { type CancelSchedule, type CreateTransfer, fingerprintOf, type Item } from './command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { findTransfer } from './fold-hold.ts';
import { hasScope } from './state.ts';

/** Why a transfer cannot be scheduled; without a refusal it is remembered, and nothing has moved. */
export function schedule(
  context: FoldContext,
  number: number,
  { actor, fingerprint }: Item,
  command: CreateTransfer,
  legs: readonly Leg[],
): Pick<Decision, 'code' | 'leg'> | undefined {
  const scheduledFor = defined(command.scheduledFor, 'the time of a scheduled transfer');
  if (!isWithinReach(scheduledFor, context.at)) return { code: 'schedule_out_of_bounds' };
  const unrestricted = hasScope(context.state, actor, 'transfers:unrestricted');
  const refusal = refusalForEver(legs, unrestricted);
  if (refusal) return refusal;
  const state: ScheduleState = {
    id: number,
    scheduledFor,
    unrestricted,
    fingerprint,
    status: 'scheduled',
    changed: number,
    passedBy: number,
  };
  context.state.schedules.set(number, state);
  addVersion(context, state, number);
  return undefined;
}

/** The schedule that this is the execution of; undefined: it is not due, or not this, or has ended, and nothing happens. */
export function dueSchedule(
  { state, at }: FoldContext,
  id: number,
  transfer: CreateTransfer,
): ScheduleState | undefined {
  const found = state.schedules.get(id);
  const isThis = found?.fingerprint === fingerprintOf(state.ledgerId, transfer);
  return isThis && isDue(found, at) ? found : undefined;
}

export function foldCancel(
  context: FoldContext,
  number: number,
  command: CancelSchedule,
): Decision | FailureCode {
  const { state } = context;
  const found = state.schedules.get(command.schedule);
  if (!found && findTransfer(context, number, command.schedule) === undefined) return 'not_found';
  const data = canonicalJson({ schedule: formatId('trf', state.ledgerId, command.schedule) });
  const code = refusalOf(found);
  if (code !== undefined) return { outcome: 'refused', code, data };
  end(context, defined(found, 'what is canceled is a schedule'), 'canceled', number);
  return { outcome: 'done', code: '', data };
}

export function end(context: FoldContext, of: ScheduleState, status: ScheduleStatus, number: number): void {
  of.status = status;
  of.changed = number;
  addVersion(context, of, number);
}

/** A version repeats all that there is to know, so that one seek reads it. */
function addVersion({ rows }: FoldContext, of: ScheduleState, number: number): void {
  const { id, status, scheduledFor, unrestricted } = of;
  rows.rare.schedules.push([String(id), String(number), status, String(scheduledFor), unrestricted]);
}
