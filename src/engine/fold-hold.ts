/**
 * Folding of what becomes of a hold: captures, which are transfers of their own, and its release by request or by time.
 *
 * A refused capture or void is an event and nothing else: no counter and no account changes.
 */
import { isTransferType } from '../audit/event.ts';
import { assert, defined } from '../kernel/assert.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { exponentOf } from '../kernel/currency.ts';
import type { FailureCode, RefusalCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';
import {
  captureHold,
  HOLD_SECONDS_MAX,
  type HoldLeg,
  type HoldState,
  isDue,
  refusalOf,
  releaseHold,
  remainingOf,
  type Sides,
} from '../ledger/hold.ts';
import { stepUpOfCapture } from '../ledger/step-up.ts';
import type { Leg, Refusal } from '../ledger/transfer.ts';
import { authorizationJson } from './authorization.ts';
import { type CaptureHold, type ExpireHold, type Item, legJson, type VoidHold } from './command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { judgeAuthorization, keepJudged } from './fold-factor.ts';
import { amountsNamed, provokedBy } from './fold-sandbox.ts';
import { stoppedPayer } from './fold-stop.ts';
import { minorsOf, ownCode } from './leg-amounts.ts';
import { limitText } from './limit-json.ts';
import { hasScope, type LedgerState } from './state.ts';

const MICROS = 1_000_000;

/** What a refusal says beside its code. */
type Reason = { readonly [K in 'leg' | 'limit']?: Refusal[K] | undefined };

/** Remembers a hold that was just placed. */
export function addHold(
  context: FoldContext,
  number: number,
  legs: readonly Leg[],
  seconds: number,
): HoldState {
  assert(seconds > 0 && seconds <= HOLD_SECONDS_MAX, 'a hold ends within HOLD_SECONDS_MAX');
  const hold: HoldState = {
    id: number,
    expiresAt: context.at + seconds * MICROS,
    legs: legs.map(({ debit, credit, amount, currency }) => ({
      debit: defined(debit, 'a payer').identity.id,
      credit: defined(credit, 'a payee').identity.id,
      currency,
      amount,
      captured: 0n,
    })),
    status: 'held',
    changed: number,
    passedBy: number,
  };
  context.state.holds.set(number, hold);
  addVersion(context, hold, number);
  return hold;
}

export function foldCapture(
  context: FoldContext,
  number: number,
  item: Item,
  command: CaptureHold,
): Decision | FailureCode {
  const { state, rows, at } = context;
  const hold = findTransfer(context, number, command.hold);
  if (hold === undefined) return 'not_found';
  const refuse = (code: RefusalCode, of?: Reason): Decision => ({
    outcome: 'refused',
    code,
    leg: of?.leg,
    limit: of?.limit && limitText(state.ledgerId, of.limit),
    data: `{${askedText(state, command, hold ?? undefined)}}`,
  });
  const provoked =
    state.ahead === undefined ? undefined : provokedBy(command.type, amountsNamed(state, command));
  if (typeof provoked === 'string') return provoked;
  if (provoked) return refuse(provoked.code, provoked);
  const against = refusalOf(hold, at);
  if (hold === null || against !== undefined) return refuse(against ?? 'not_held');
  const amounts = amountsOf(hold, command.amounts);
  if (!amounts) return refuse('capture_amounts_mismatch');
  const rest = hold.legs.map((leg) => remainingOf(hold, leg));
  const unrestricted = hasScope(state, item.actor, 'transfers:unrestricted');
  const sides = sidesOf(state, hold);
  const stopped = state.stops.isEmpty ? undefined : stoppedPayer(state, givers(sides, amounts));
  if (stopped) return refuse(stopped.code, stopped);
  const { authorization } = command;
  const stepUp = stepUpOfCapture(hold, sides, amounts);
  if (stepUp && !authorization) return refuse('step_up_required', { leg: stepUp.leg });
  const judged = authorization && judgeAuthorization(context, number, item, authorization, sides, stepUp);
  if (judged === 'forbidden') return judged;
  if (judged && judged.code !== '') {
    // A wrong code is counted.
    keepJudged(context, judged);
    return refuse(judged.code, judged);
  }
  const refusal = captureHold(
    hold,
    sides,
    amounts,
    command.final,
    unrestricted,
    number,
    rows.entries,
    state.pools,
    judged !== undefined,
  );
  if (refusal) return refuse(refusal.code, refusal);
  // The code is used up by the same append that moves the money.
  if (judged) keepJudged(context, judged);
  addVersion(context, hold, number);
  addMarks(context, sides, number);
  const remaining = hold.legs.map((leg) => remainingOf(hold, leg));
  const released = rest.map(
    (minor, i) => minor - least(minor, amounts[i] as bigint) - (remaining[i] as bigint),
  );
  const legs = hold.legs.map(({ debit, credit, currency }, i) =>
    legJson(
      { debit: '', credit: '', amount: amounts[i] as bigint, currency },
      formatId('acc', state.ledgerId, debit),
      formatId('acc', state.ledgerId, credit),
      ownCode(sides[i]?.debit),
      ownCode(sides[i]?.credit),
    ),
  );
  const data =
    `{${askedText(state, command, hold)},"legs":[${legs.join(',')}]` +
    `,"released":${listText(texts(hold, released))},"remaining":${listText(texts(hold, remaining))}}`;
  return { outcome: 'posted', code: '', data };
}

/** The members of what was asked in the order of RFC 8785 §3.2.3, by hand: captures are as frequent as transfers. */
function askedText(
  state: LedgerState,
  { amounts, authorization, final, hold: id }: CaptureHold,
  hold: HoldState | undefined,
): string {
  const listed = amounts === undefined ? '' : `"amounts":${listText(amounts)},`;
  const by =
    authorization === undefined
      ? ''
      : `"authorization":${canonicalJson(authorizationJson(state, authorization, hold))},`;
  return `${listed}${by}"captures":"${formatId('trf', state.ledgerId, id)}"${final ? ',"final":true' : ''}`;
}

/** Nobody where a leg gives nothing. */
const givers = (sides: readonly Sides[], amounts: readonly bigint[]): Pick<Leg, 'debit'>[] =>
  sides.map(({ debit }, i) => ({ debit: (amounts[i] as bigint) > 0n ? debit : undefined }));

/** None of the texts needs an escape. */
const listText = (texts: readonly string[]): string => `["${texts.join('","')}"]`;

export function foldRelease(
  context: FoldContext,
  number: number,
  command: VoidHold | ExpireHold,
): Decision | FailureCode {
  const { state, rows, at } = context;
  const hold = findTransfer(context, number, command.hold);
  if (hold === undefined) return 'not_found';
  const asked = { hold: formatId('trf', state.ledgerId, command.hold) };
  if (command.type === 'transfer.expire') {
    // Whoever comes second, or a moment early, has nothing to do: a refusal would be final for the one key of this expiry.
    if (!isDue(hold, at)) return 'not_found';
  } else {
    const code = refusalOf(hold, at);
    if (code !== undefined) return { outcome: 'refused', code, data: canonicalJson(asked) };
  }
  assert(hold !== null, 'what is released is a hold');
  const released = texts(
    hold,
    hold.legs.map((leg) => remainingOf(hold, leg)),
  );
  const status = command.type === 'transfer.void' ? 'voided' : 'expired';
  const sides = sidesOf(state, hold);
  releaseHold(hold, sides, status, number, rows.entries);
  addVersion(context, hold, number);
  addMarks(context, sides, number);
  return { outcome: 'done', code: '', data: canonicalJson({ ...asked, released }) };
}

/** Null: a transfer that is no hold, known from memory or from this batch. Undefined: no transfer of this ledger. */
export function findTransfer(
  { state, rows }: FoldContext,
  number: number,
  id: number,
): HoldState | null | undefined {
  const hold = state.hold(id);
  if (hold !== undefined) return hold;
  const first = number - rows.events.length;
  return isTransferType(rows.events[id - first]?.type ?? '') ? null : undefined;
}

const sidesOf = ({ accounts }: LedgerState, { legs }: HoldState): Sides[] =>
  legs.map(({ debit, credit }) => ({
    debit: defined(accounts.get(debit), 'the payer of a hold'),
    credit: defined(accounts.get(credit), 'the payee of a hold'),
  }));

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

/** Minor units of what is asked for, one a leg; undefined where they do not fit. */
function amountsOf(hold: HoldState, amounts: CaptureHold['amounts']): readonly bigint[] | undefined {
  if (!amounts) return hold.legs.map((leg) => remainingOf(hold, leg));
  return minorsOf(hold.legs, amounts);
}

const texts = ({ legs }: HoldState, minors: readonly bigint[]): string[] =>
  minors.map((minor, i) => formatMinor(minor, exponentOf((legs[i] as HoldLeg).currency)));

/** A version repeats all that there is to know of the hold, so that one seek reads it. */
function addVersion({ rows }: FoldContext, { id, status, expiresAt, legs }: HoldState, number: number): void {
  rows.rare.holds.push([
    String(id),
    String(number),
    status,
    String(expiresAt),
    column(legs, ({ debit }) => debit),
    column(legs, ({ credit }) => credit),
    column(legs, ({ currency }) => currency),
    column(legs, ({ amount }) => amount),
    column(legs, ({ captured }) => captured),
  ]);
}

function column(legs: readonly HoldLeg[], of: (leg: HoldLeg) => string | number | bigint): string {
  let text = `{${of(legs[0] as HoldLeg)}`;
  for (let i = 1; i < legs.length; i++) text += `,${of(legs[i] as HoldLeg)}`;
  return `${text}}`;
}

/** What holds gave back so far, at each limited account to which this event gave something back, by number. */
function addMarks({ rows }: FoldContext, sides: readonly Sides[], number: number): void {
  if (sides.every(({ debit, credit }) => !debit.limits && !credit.limits)) return;
  const accounts = new Set(sides.flatMap(({ debit, credit }) => [debit, credit]));
  const inOrder = [...accounts].sort((a, b) => a.identity.id - b.identity.id);
  for (const { identity, limits } of inOrder)
    if (limits?.releasedAt === number)
      rows.rare.limit_marks.push([
        String(identity.id),
        String(number),
        limits.released.debits.toString(),
        limits.released.credits.toString(),
      ]);
}
