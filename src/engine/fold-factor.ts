/** Folding of customers' factors: who may authorise, decided one after the other and exactly. */
import {
  authorized,
  type CustomerState,
  confirmed,
  enrolled,
  type Judged,
  newCustomer,
  removed,
} from '../identity/factor.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { formatMicros } from '../kernel/clock.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import type { Sides } from '../ledger/hold.ts';
import type { StepUp } from '../ledger/step-up.ts';
import type { Authorization } from './authorization.ts';
import type { Item } from './command.ts';
import { customerRow } from './customers/customer-row.ts';
import { type FactorCommand, factorNumber, factorPayload } from './customers/factor-command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { hasScope } from './state.ts';

export function foldFactor(
  context: FoldContext,
  number: number,
  { actor }: Item,
  command: FactorCommand,
): Decision | FailureCode {
  const { state, at } = context;
  if (!hasScope(state, actor, 'factors:manage')) return 'forbidden';
  const name = (factor: number): string => formatId('fac', state.ledgerId, factor);
  const factor = factorNumber(command);
  const data = {
    customer: command.customer,
    ...(factor === undefined ? {} : { factor: name(factor) }),
    ...factorPayload(command, name),
  };
  const known = state.customer(command.customer);
  if (command.type === 'factor.enrol') {
    const customer = known ?? newCustomer(number, command.customer);
    return became(context, customer, enrolled(customer, command.enrolment, number, at), data);
  }
  if (!known) return 'not_found';
  if (command.type === 'factor.remove') {
    const judged = removed(known, command.factor, command.timeStep, number, at);
    return judged ? became(context, known, judged, data) : 'not_found';
  }
  const { confirmation } = command;
  const judged = confirmed(known, confirmation, number, at);
  if (!judged) return 'not_found';
  const told = { usable_from: formatMicros(at + confirmation.waitSeconds * 1_000_000) };
  return became(context, known, judged, {
    ...data,
    ...(judged.code === '' ? { ...told, issues_recovery_codes: judged.issuesCodes } : {}),
  });
}

/** A refusal may have counted a wrong code: then there is a version of the customer behind it, too. */
function became(
  context: FoldContext,
  before: CustomerState,
  { code, next }: Judged,
  data: Record<string, Json>,
): Decision {
  if (next !== before) keepCustomer(context, next);
  return { outcome: code === '' ? 'done' : 'refused', code, data: canonicalJson(data) };
}

/** A verdict about a factor, and whom it is about before it. */
interface JudgedCustomer {
  readonly code: Judged['code'];
  readonly leg?: number;
  readonly before?: CustomerState;
  readonly next?: CustomerState;
}

/**
 * Whether a code of a factor authorises what is paid. Fails with `forbidden` where the client may not ask. The customer whose
 * factor it is owns all accounts that ask for one; where none does, one of those that pay.
 */
export function judgeAuthorization(
  { state, at }: FoldContext,
  number: number,
  { actor }: Item,
  { customer: owner, factor, timeStep }: Authorization,
  sides: readonly Sides[],
  stepUp: StepUp | undefined,
): JudgedCustomer | 'forbidden' {
  if (!hasScope(state, actor, 'transfers:authorize')) return 'forbidden';
  const before = state.customer(owner);
  if (stepUp?.owner === null) return { code: 'step_up_impossible', leg: stepUp.leg };
  const isPayer = stepUp ? stepUp.owner === owner : sides.some(({ debit }) => debit.identity.owner === owner);
  if (!before || !isPayer) return { code: 'factor_not_active' };
  return { ...authorized(before, factor, timeStep, number, at), before };
}

/** What the verdict changed: a step that is used, or a wrong code that is counted. */
export function keepJudged(context: FoldContext, { before, next }: JudgedCustomer): void {
  if (next && next !== before) keepCustomer(context, next);
}

/** A new version, in memory and among the rows. */
export function keepCustomer({ state, rows }: FoldContext, customer: CustomerState): void {
  state.addCustomer(customer);
  const { stop } = customer;
  if (stop?.number === customer.changed) state.stops.note(customer.customer, stop.stopped, stop.number);
  rows.rare.customers.push([...customerRow(state.ledgerId, customer, state.rowKey)]);
}
