/**
 * A second, naive ledger, written from the glossary and not from the engine: no totals, no bounds on nets, no undo.
 *
 * It keeps every movement that was posted and adds them up whenever it wants to know a balance; what it tries, it
 * tries on a copy. It predicts what becomes of each intent and what every account has been through, and shares with
 * the engine only the types of commands. Its state is meant to be looked at by tests.
 */
import type { Actor, AdjustTransfer, Command, CreateTransfer, LegRequest } from '../../src/engine/command.ts';
import type { AccountSummary, ModelAccount, Movement } from './model-account.ts';
import { isSource, openedAccount, summaryOf } from './model-account.ts';
import { outsideOf } from './model-bounds.ts';
import { changeAccount } from './model-changes.ts';
import { effectiveRefusal } from './model-effective.ts';
import { modelLegs, roundingRefusal } from './model-exchange.ts';
import { ModelFactors } from './model-factors.ts';
import { ModelHolds } from './model-holds.ts';
import { contentOf, isSameGroup, nameOf, transferOf } from './model-intents.ts';
import { ModelKeys } from './model-keys.ts';
import { ModelLimits } from './model-limits.ts';
import type { Predicted, Recorded, Remembered, Unrecorded } from './model-outcomes.ts';
import { ModelPeriods } from './model-periods.ts';
import { ModelPools } from './model-pools.ts';
import { ModelProposals, type ModelWorld } from './model-proposals.ts';
import { ModelReversals } from './model-reversals.ts';
import { clockMoved, provokedByAmounts, provokedIn } from './model-sandbox.ts';
import { isCustomers, ModelSchedules } from './model-schedules.ts';
import { stepUpOf, type TooMuch, tooMuchIn } from './model-step-up.ts';
import { ModelStops } from './model-stops.ts';
import type { Intent, Step } from './step.ts';

const MICROS = 1_000_000;
export class ModelLedger {
  readonly accounts = new Map<number, ModelAccount>();
  readonly movements: Movement[] = [];
  readonly holds = new ModelHolds();
  isSandbox = false;
  readonly reversals = new ModelReversals();
  readonly limits = new ModelLimits();
  readonly pools = new ModelPools(this.limits);
  readonly schedules = new ModelSchedules();
  readonly periods = new ModelPeriods();
  readonly factors = new ModelFactors();
  readonly proposals = new ModelProposals();
  readonly stops = new ModelStops(this.factors);
  readonly #accountId: (number: number) => string;
  readonly #keys = new ModelKeys();
  readonly #names = new Set<string>();
  readonly #intents = new Map<string, Remembered>();
  #events = 0;

  readonly #world: ModelWorld = {
    may: (actor, scope) => this.#may(actor, scope),
    hasStanding: (actor, now) => this.#hasStanding(actor, now),
    makerOf: (apiKey) => this.#keys.makerOf(apiKey),
    hasAccount: (number) => this.accounts.has(number),
    hasPool: (number) => this.pools.has(number),
    carryOut: (actor, command, number, now) => this.#carryOut(actor, command, number, now),
  };

  /** `accountId` is how the ledger at hand names its n-th event as an account. */
  constructor(accountId: (number: number) => string) {
    this.#accountId = accountId;
  }

  perform(step: Step, now: number): Predicted[] {
    return step.atomic ? this.#group(step, now) : [this.#single(step, now)];
  }

  #single({ actor, intents }: Step, now: number): Predicted {
    const [intent] = intents;
    if (!intent || intents.length > 1) throw new Error('a step that is not atomic has one intent');
    if (!this.#hasStanding(actor, now)) return { kind: 'failed', code: 'unauthenticated' };
    const known = this.#intents.get(nameOf(actor, intent));
    if (known) {
      if (known.content !== contentOf(intent)) return { kind: 'failed', code: 'idempotency_key_reused' };
      const { number, code, proposed } = known;
      return { kind: 'replay', number, code, ...(proposed && { proposed }) };
    }
    const number = this.#events + 1;
    const outcome =
      this.proposals.decide(actor, intent, number, now, this.#world) ??
      this.#carryOut(actor, intent.command, number, now);
    if (typeof outcome === 'string') return { kind: 'failed', code: outcome };
    return this.#remember(actor, intent, outcome, undefined);
  }

  #group({ actor, intents }: Step, now: number): Predicted[] {
    const all = (code: string): Predicted[] => intents.map(() => ({ kind: 'failed', code }));
    if (!this.#hasStanding(actor, now)) return all('unauthenticated');
    const known = intents.map((intent) => this.#intents.get(nameOf(actor, intent)));
    if (known.some((one) => one !== undefined)) {
      if (!isSameGroup(known, intents)) return all('group_changed');
      return (known as Remembered[]).map(({ number, code }) => ({ kind: 'replay', number, code }));
    }
    if (new Set(intents.map(({ key }) => key)).size < intents.length) return all('group_changed');
    if (intents.some(({ command }) => this.proposals.keeps(command))) return all('approval_required');
    const before = this.movements.length;
    const noted = this.limits.notes.length;
    const still = this.holds.still.length;
    let failed: { readonly place: number; readonly code: string; readonly leg?: number } | undefined;
    for (const [place, { command }] of intents.entries()) {
      const refusal = this.#create(actor, transferOf(command), this.#events + 1 + place, now, false);
      if (refusal) {
        failed = { place, ...refusal };
        break;
      }
    }
    if (failed) {
      this.movements.length = before;
      this.limits.notes.length = noted;
      this.holds.still.length = still;
      for (const place of intents.keys())
        for (const all of [this.holds, this.schedules]) all.delete(this.#events + 1 + place);
    }
    const of = {};
    return intents.map((intent, place) => {
      const group = { of, size: intents.length, place };
      const outcome = !failed
        ? { code: '' }
        : place === failed.place
          ? { code: failed.code, ...(failed.leg === undefined ? {} : { leg: failed.leg }) }
          : { code: 'linked_item_refused' };
      if (failed) this.#countRefused(transferOf(intent.command));
      return this.#remember(actor, intent, outcome, group);
    });
  }

  #remember(
    actor: Actor,
    intent: Intent,
    { code, leg, proposed }: Recorded,
    group: Remembered['group'],
  ): Predicted {
    this.#events++;
    const number = this.#events;
    const numberOf = (ref: string): number => this.find(ref)?.number ?? 0;
    const waits = proposed && { proposed };
    if (!waits) this.reversals.note(intent.command, number, code === '', numberOf, this.holds.lastCapture);
    const content = contentOf(intent);
    this.#intents.set(nameOf(actor, intent), { content, number, code, group, ...waits });
    return { kind: 'event', number, code, leg, ...waits };
  }

  #hasStanding({ apiKey }: Actor, now: number): boolean {
    return apiKey === undefined || this.#keys.isGood(apiKey, now);
  }

  #carryOut(actor: Actor, command: Command, number: number, now: number): Recorded | Unrecorded {
    switch (command.type) {
      case 'transfer.reverse': {
        const plan = this.reversals.plan(command);
        if (plan === 'not_found') return plan;
        const early = effectiveRefusal(command.effectiveAt, now, this.periods.closedUntil);
        if (early) return early;
        const provoked = this.#provoked('reversal', this.reversals.named(command));
        if (provoked) return provoked;
        if ('code' in plan) return plan;
        const legs = plan.map(({ debit, credit, ...leg }) => ({
          ...leg,
          debit: this.#accountId(debit),
          credit: this.#accountId(credit),
        }));
        const times = { transfer: number, posted: now, effective: command.effectiveAt ?? now };
        const refusal = this.#tryLegs(legs, times, this.#may(actor, 'transfers:unrestricted'));
        if (refusal) return { code: refusal.code, leg: plan[refusal.leg]?.leg ?? -1 };
        this.reversals.returned(command.transfer, plan);
        return { code: '' };
      }
      case 'transfer.adjust':
      case 'transfer.create': {
        if (command.type === 'transfer.adjust' && !this.#may(actor, 'transfers:adjust')) return 'forbidden';
        const refusal =
          command.type === 'transfer.adjust'
            ? this.#tryAdjustment(command, number, now)
            : this.#create(actor, command, number, now);
        if (refusal) this.#countRefused(command);
        return refusal ?? { code: '' };
      }
      case 'transfer.execute': {
        const due = this.schedules.due(command.schedule, command.transfer, now);
        if (!due) return 'not_found';
        const refusal = this.#tryTransfer(due.actor, command.transfer, number, now, false);
        due.state = refusal ? 'schedule_execution_refused' : 'schedule_executed';
        if (refusal) this.#countRefused(command.transfer);
        return refusal ?? { code: '' };
      }
      case 'transfer.cancel':
        if (!this.reversals.has(command.schedule)) return 'not_found';
        return { code: this.schedules.canceled(command.schedule) };
      case 'transfer.capture':
      case 'transfer.void': {
        const standing = this.holds.standingOf(command.hold, now);
        if (standing === undefined)
          return this.reversals.has(command.hold) ? { code: 'not_held' } : 'not_found';
        const provoked =
          command.type === 'transfer.capture' && this.#provoked('capture', this.holds.named(command));
        if (provoked) return provoked;
        if (standing !== 'open') return { code: standing };
        if (command.type === 'transfer.void') {
          this.holds.release(command.hold, 'hold_voided');
          return { code: '' };
        }
        const stepUp = stepUpOf(command, this, this.#may(actor, 'transfers:authorize'), now);
        if (stepUp === 'forbidden' || stepUp.code !== '') return stepUp;
        const unrestricted = this.#may(actor, 'transfers:unrestricted');
        const before = this.movements.length;
        const noted = this.limits.notes.length;
        const refused = this.holds.capture(command, this.accounts, unrestricted, (moved, beyond) => {
          // It counts as the transfer that placed it.
          this.movements.push({ transfer: command.hold, posted: now, effective: now, ...moved });
          const [debit, credit] = [this.#account(moved.debit), this.#account(moved.credit)];
          const counted = { transfer: command.hold, at: now, ...moved, ...this.pools.around(debit, credit) };
          const passes = this.limits.capture(counted, beyond, command.authorization !== undefined);
          const outside = outsideOf(debit, credit, (of) => this.summary(of), this.movements.length);
          return (beyond > 0n ? outside : undefined) ?? (passes ? undefined : 'limit_exceeded');
        });
        if (refused) {
          this.movements.length = before;
          this.limits.notes.length = noted;
        } else stepUp.take();
        return refused ?? { code: '' };
      }
      case 'transfer.expire':
        return this.holds.expire(command.hold, now);
      case 'account.create': {
        if (isSource(command) && !this.#may(actor, 'accounts:unrestricted')) return 'account_not_permitted';
        if (command.code !== undefined && this.find(command.code)) return { code: 'code_taken' };
        this.accounts.set(number, openedAccount(command, number));
        return { code: '' };
      }
      case 'account.update': {
        const account = this.accounts.get(command.account);
        return account
          ? changeAccount(this, account, command, this.#may(actor, 'accounts:unrestricted'), now)
          : 'not_found';
      }
      case 'pool.create':
      case 'pool.update':
        if (!this.#may(actor, 'accounts:unrestricted')) return 'forbidden';
        return this.pools.carryOut(command, number, [...this.accounts.values()], (ref) => this.find(ref));
      case 'key.create':
      case 'key.rotate':
      case 'key.revoke':
        return this.#keys.carryOut(command, number, now, actor.name);
      case 'ledger.create':
        if (this.#names.has(command.name)) return { code: 'name_taken' };
        this.#names.add(command.name);
        return { code: '' };
      case 'period.close':
        if (!this.#may(actor, 'periods:close')) return 'forbidden';
        return this.periods.close(command, number, now);
      case 'period.carry':
        return this.periods.carry(command);
      case 'factor.enrol':
      case 'factor.confirm':
      case 'factor.remove':
        if (!this.#may(actor, 'factors:manage')) return 'forbidden';
        return this.factors.carryOut(command, number, now);
      case 'policy.set':
        this.proposals.rules = command;
        return { code: '' };
      case 'proposal.reject':
        return this.proposals.reject(command.proposal, actor, now, this.#world);
      case 'customer.stop':
      case 'customer.resume':
        return this.stops.carryOut(command, (scope) => this.#may(actor, scope), now);
      case 'clock.move':
        return this.isSandbox ? clockMoved(command, now) : 'live_ledger';
      default:
        throw new Error(`the model knows no ${command.type}`);
    }
  }

  /** The account that a client means. */
  find(ref: string): ModelAccount | undefined {
    return [...this.accounts.values()].find(
      ({ number, code }) => code === ref || this.#accountId(number) === ref,
    );
  }

  /** Posts, holds or schedules, or says why not. */
  #create(
    actor: Actor,
    command: CreateTransfer,
    number: number,
    now: number,
    alone = true,
  ): Recorded | undefined {
    const mayDebit = (of: ModelAccount) => isCustomers(of) || this.#may(actor, 'transfers:unrestricted');
    if (command.scheduledFor !== undefined)
      return this.schedules.place(number, actor, command, now, (ref) => this.find(ref), mayDebit);
    const waits = this.#tooMuchIn(command.legs)?.payer ? 300 : undefined;
    const { holdSeconds = waits } = command;
    const asked = holdSeconds === undefined ? command : { ...command, holdSeconds };
    const refusal = this.#tryTransfer(actor, asked, number, now, alone);
    if (!refusal && holdSeconds !== undefined) this.holds.place(number, now + holdSeconds * MICROS);
    return refusal;
  }

  /** Adds the movements of all legs, or none and says why. */
  #tooMuchIn = (legs: readonly LegRequest[]): TooMuch | undefined =>
    tooMuchIn(legs.map(({ debit, amount }) => ({ from: this.find(debit), amount })));

  #tryTransfer(
    actor: Actor,
    command: CreateTransfer,
    transfer: number,
    now: number,
    alone: boolean,
  ): { readonly code: string; readonly leg?: number } | undefined {
    const { holdSeconds, exchange, effectiveAt } = command;
    const early = effectiveRefusal(effectiveAt, now, this.periods.closedUntil);
    if (early) return early;
    const legs = exchange ? modelLegs(exchange) : command.legs;
    const provoked = this.isSandbox ? provokedIn('transfer', legs) : undefined;
    if (provoked) return provoked;
    const stopped = this.stops.payerIn(legs.map(({ debit }) => this.find(debit)));
    if (stopped !== undefined) return { code: 'payments_stopped', leg: stopped };
    const tooMuch = this.#tooMuchIn(legs);
    if (tooMuch && (!alone || exchange || effectiveAt !== undefined))
      return { code: 'step_up_required', leg: tooMuch.leg };
    if (tooMuch && holdSeconds === undefined) return { code: 'step_up_impossible', leg: tooMuch.leg };
    const wrong = exchange && roundingRefusal(exchange, (ref) => this.find(ref));
    if (wrong !== undefined) return { code: wrong };
    const times = { transfer, posted: now, effective: effectiveAt ?? now };
    return this.#tryLegs(legs, times, this.#may(actor, 'transfers:unrestricted'), holdSeconds);
  }

  #tryAdjustment({ legs, effectiveAt }: AdjustTransfer, transfer: number, now: number): Recorded | undefined {
    const times = { transfer, posted: now, effective: effectiveAt ?? now };
    return (
      effectiveRefusal(effectiveAt, now, this.periods.closedUntil) ??
      (this.isSandbox ? provokedIn('adjustment', legs) : undefined) ??
      this.#tryLegs(legs, times, true)
    );
  }

  #provoked(by: 'capture' | 'reversal', amounts: readonly bigint[]): Recorded | undefined {
    return this.isSandbox ? provokedByAmounts(by, amounts) : undefined;
  }

  #tryLegs(
    legs: readonly LegRequest[],
    times: Pick<Movement, 'transfer' | 'posted' | 'effective'>,
    mayDebitAll: boolean,
    holdSeconds?: number,
  ): { readonly code: string; readonly leg: number } | undefined {
    const before = this.movements.length;
    const noted = this.limits.notes.length;
    this.holds.reserving = [];
    for (const [leg, { debit: from, credit: to, amount, currency }] of legs.entries()) {
      const refuse = (code: string): { code: string; leg: number } => {
        this.movements.length = before;
        this.limits.notes.length = noted;
        this.holds.reserving = [];
        return { code, leg };
      };
      const debit = this.find(from);
      const credit = this.find(to);
      if (!debit || !credit) return refuse('account_unknown');
      if (debit.number === credit.number) return refuse('same_account');
      if (!isCustomers(debit) && !mayDebitAll) return refuse('debit_not_permitted');
      if (debit.closed || credit.closed) return refuse('account_closed');
      if (debit.debitsFrozen) return refuse('debits_frozen');
      if (credit.creditsFrozen) return refuse('credits_frozen');
      if (debit.currency !== currency || credit.currency !== currency) return refuse('currency_mismatch');
      const sides = { debit: debit.number, credit: credit.number, amount };
      if (holdSeconds === undefined) this.movements.push({ ...times, ...sides });
      else this.holds.reserving.push({ ...sides, currency, captured: 0n, isFreed: false });
      const outside = outsideOf(debit, credit, (of) => this.summary(of), this.movements.length);
      if (outside !== undefined) return refuse(outside);
      const around = this.pools.around(debit, credit);
      const counted = { transfer: times.transfer, at: times.posted, ...sides, ...around };
      if (!this.limits.take(counted, holdSeconds !== undefined)) return refuse('limit_exceeded');
    }
    return undefined;
  }

  #account(number: number): ModelAccount {
    const account = this.accounts.get(number);
    if (!account) throw new Error(`no account ${number}`);
    return account;
  }

  /** Whoever stands at the shell may do everything. */
  #may(actor: Actor, scope: string): boolean {
    return actor.apiKey === undefined || this.#keys.has(actor.apiKey, scope);
  }

  #countRefused({ legs }: CreateTransfer | AdjustTransfer): void {
    const payers = new Set(legs.map(({ debit }) => this.find(debit)));
    for (const payer of payers) if (payer) payer.refused++;
  }

  summary(number: number): AccountSummary {
    return summaryOf(this.#account(number), this.movements, this.holds);
  }
}
