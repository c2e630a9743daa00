/** Second factors for payments as the model ledger knows them: what an account gives without one, and what with one. */
import type { Authorization } from '../../src/engine/authorization.ts';
import type { CaptureHold } from '../../src/engine/command.ts';
import type { ModelAccount } from './model-account.ts';
import type { ModelFactors } from './model-factors.ts';
import { leftOf } from './model-holds.ts';
import type { ModelLedger } from './model-ledger.ts';
import type { ModelStops } from './model-stops.ts';

interface Given {
  readonly from: ModelAccount | undefined;
  readonly amount: bigint;
}

export interface TooMuch {
  readonly leg: number;
  /** Whose accounts they are; null: nobody's, or of more than one customer. */
  readonly payer: string | null;
}

/** Where accounts have given more than they may, with what they gave before. */
export function tooMuchIn(all: readonly Given[]): TooMuch | undefined {
  const asking = all.flatMap(({ from }, leg) => {
    const before = all.slice(0, leg + 1).filter((one) => one.from === from);
    const sum = before.reduce((total, { amount }) => total + amount, 0n);
    return from?.stepUpAbove != null && sum > from.stepUpAbove ? [{ leg, payer: from.owner }] : [];
  });
  const payers = new Set(asking.map(({ payer }) => payer));
  return asking[0] && (payers.size === 1 ? asking[0] : { ...asking[0], payer: null });
}

/** What stands against a capture of an open hold; `take` uses the code up. */
export function stepUpOf(
  command: CaptureHold,
  { accounts, factors, holds, stops }: Pick<ModelLedger, 'accounts' | 'factors' | 'holds' | 'stops'>,
  mayAuthorize: boolean,
  now: number,
): { readonly code: string; readonly leg?: number; readonly take: () => void } | 'forbidden' {
  const legs = holds.get(command.hold)?.legs ?? [];
  const by = command.authorization;
  const payers = legs.map(({ debit }) => accounts.get(debit));
  const wanted = command.amounts ? holds.named(command) : legs.map(leftOf);
  const gives = (payer: ModelAccount | undefined): boolean =>
    payers.some((one, i) => one === payer && (wanted[i] ?? 0n) > 0n);
  const tooMuch = tooMuchIn(
    wanted.map((one, i) => ({
      from: gives(payers[i]) ? payers[i] : undefined,
      amount: one + (legs[i]?.captured ?? 0n),
    })),
  );
  const take = (): void => {};
  const stopped = stops.payerIn(payers.map((payer, i) => ((wanted[i] ?? 0n) > 0n ? payer : undefined)));
  if (stopped !== undefined) return { code: 'payments_stopped', leg: stopped, take };
  if (by && !mayAuthorize) return 'forbidden';
  if (by && tooMuch?.payer === null) return { code: 'step_up_impossible', leg: tooMuch.leg, take };
  const owners = tooMuch ? [tooMuch.payer] : payers.map((payer) => payer?.owner);
  if (by) return owners.includes(by.customer) ? authorizedBy(factors, stops, by, now) : NO_PAYER;
  return tooMuch ? { code: 'step_up_required', leg: tooMuch.leg, take } : { code: '', take };
}

const NO_PAYER = { code: 'factor_not_active', take: () => {} };

/** What stands against it; `take` uses the code up. */
function authorizedBy(
  factors: ModelFactors,
  stops: ModelStops,
  { customer, factor: number, timeStep }: Authorization,
  now: number,
): { readonly code: string; readonly take: () => void } {
  const take = (): void => {};
  const factor = factors.get(customer)?.factors.find((one) => one.number === number);
  if (factor?.state !== 'works') return { code: 'factor_not_active', take };
  if (now < stops.waitOf(customer)) return { code: 'authorization_waiting', take };
  if (now < (factor.worksFrom ?? 0)) return { code: 'factor_waiting', take };
  const before = { lastStep: factor.lastStep, wrong: factor.wrong };
  const code = factors.tryCode(factor, timeStep, now);
  if (code !== '') return { code, take };
  const after = { lastStep: factor.lastStep, wrong: factor.wrong };
  Object.assign(factor, before);
  return { code, take: () => Object.assign(factor, after) };
}
