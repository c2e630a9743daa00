/** Stops and waits as the model ledger knows them: when each customer stopped or went on, and until when nobody authorises. */
import type { StopCommand } from '../../src/engine/customers/stop-command.ts';
import type { LimitTerms } from '../../src/ledger/limit.ts';
import type { ModelAccount } from './model-account.ts';
import type { ModelFactors } from './model-factors.ts';

const SECOND = 1_000_000;

export class ModelStops {
  readonly #stopped = new Set<string>();
  readonly #waits = new Map<string, number>();
  readonly #factors: ModelFactors;

  constructor(factors: ModelFactors) {
    this.#factors = factors;
  }

  carryOut(
    command: StopCommand,
    may: (scope: string) => boolean,
    now: number,
  ): { readonly code: string } | 'forbidden' {
    const { customer } = command;
    if (!may(command.type === 'customer.stop' ? 'payments:stop' : 'payments:resume')) return 'forbidden';
    if (command.type === 'customer.stop') {
      this.#stopped.add(customer);
      this.#factors.meet(customer);
      return { code: '' };
    }
    if (!this.#stopped.has(customer)) return { code: 'payments_not_stopped' };
    const { proof, waitSeconds } = command.resumption;
    const working = this.#factors.working(customer);
    if (!proof && working.length > 0) return { code: 'factor_code_required' };
    if (proof) {
      const factor = working.find(({ number }) => number === proof.factor);
      if (!factor) return { code: 'factor_not_active' };
      if (now < (factor.worksFrom ?? 0)) return { code: 'factor_waiting' };
      const wrong = this.#factors.tryCode(factor, proof.timeStep, now);
      if (wrong !== '') return { code: wrong };
    }
    this.#stopped.delete(customer);
    this.wait(customer, waitSeconds, now);
    return { code: '' };
  }

  /** From now on, where anything is known of the customer. */
  wait(customer: string | null, seconds: number | undefined, now: number): void {
    if (customer === null || seconds === undefined || !this.#factors.has(customer)) return;
    this.#waits.set(customer, Math.max(this.waitOf(customer), now + seconds * SECOND));
  }

  waitOf(customer: string): number {
    return this.#waits.get(customer) ?? 0;
  }

  has(customer: string): boolean {
    return this.#stopped.has(customer);
  }

  /** The first of these payers who has stopped. */
  payerIn(payers: readonly (ModelAccount | undefined)[]): number | undefined {
    const at = payers.findIndex((payer) => payer?.owner && this.#stopped.has(payer.owner));
    return at < 0 ? undefined : at;
  }
}

const BEYOND = 10n ** 30n;

/** More may leave than before: one of the bounds on it is higher, or gone. */
export function letsMoreLeave(
  before: ModelAccount,
  after: ModelAccount,
  limitsBefore: readonly LimitTerms[],
  limitsAfter: readonly LimitTerms[] = limitsBefore,
): boolean {
  const floors = [before, after].map(({ floor }) => (floor === null ? -BEYOND : floor)) as [bigint, bigint];
  const tops = [before, after].map(({ ceiling }) => (ceiling === null ? BEYOND : ceiling)) as [
    bigint,
    bigint,
  ];
  const above = [before, after].map((one) => one.stepUpAbove ?? BEYOND) as [bigint, bigint];
  const over = [before, after].map((one) => one.overCaptureBps ?? 0) as [number, number];
  const most = (all: readonly LimitTerms[], of: LimitTerms): readonly [bigint, number] => {
    const one = all.find(
      (other) =>
        [other.name, other.direction, other.window].join() === [of.name, of.direction, of.window].join(),
    );
    return [one?.amount ?? BEYOND, one?.count ?? Number.POSITIVE_INFINITY];
  };
  return (
    (floors[1] < floors[0] && floors[1] < 0n) ||
    (before.growsByDebits && tops[1] > tops[0]) ||
    above[1] > above[0] ||
    over[1] > over[0] ||
    limitsBefore
      .filter(({ direction }) => direction !== 'incoming')
      .some((was) => {
        const [amounts, counts] = [most(limitsAfter, was), most(limitsBefore, was)];
        return amounts[0] > counts[0] || amounts[1] > counts[1];
      })
  );
}
