/** Second factors for payments as the model ledger knows them: what an account gives without one, and what with one. */
import type { Authorization } from '../../src/engine/authorization.ts';
import type { CaptureHold } from '../../src/engine/command.ts';
import type { ModelAccount } from './model-account.ts';
import type { ModelFactors } from './model-factors.ts';
import { leftOf } from './model-holds.ts';
import type { ModelLedger } from './model-ledger.ts';

interface Given {
  readonly from: ModelAccount | undefined;
  readonly amount: bigint;
}

/** The first of these at which an account has given more than it may, with what it gave before. */
export function tooMuchAt(all: readonly Given[]): number | undefined {
  const at = all.findIndex(({ from }, i) => {
    const before = all.slice(0, i + 1).filter((one) => one.from === from);
    const sum = before.reduce((total, { amount }) => total + amount, 0n);
    return from?.stepUpAbove != null && sum > from.stepUpAbove;
  });
  return at < 0 ? undefined : at;
}

/** What stands against a capture of an open hold; `take` uses the code up. */
export function stepUpOf(
  command: CaptureHold,
  { accounts, factors, holds }: Pick<ModelLedger, 'accounts' | 'factors' | 'holds'>,
  mayAuthorize: boolean,
  now: number,
): { readonly code: string; readonly leg?: number; readonly take: () => void } | 'forbidden' {
  const legs = holds.get(command.hold)?.legs ?? [];
  const by = command.authorization;
  const payers = legs.map(({ debit }) => accounts.get(debit));
  if (by) return mayAuthorize ? authorizedBy(factors, by, payers, now) : 'forbidden';
  const wanted = command.amounts ? holds.named(command) : legs.map(leftOf);
  const leg = tooMuchAt(
    wanted.map((one, i) => ({ from: payers[i], amount: one + (legs[i]?.captured ?? 0n) })),
  );
  return leg === undefined ? { code: '', take: () => {} } : { code: 'step_up_required', leg, take: () => {} };
}

/** What stands against it; `take` uses the code up. */
function authorizedBy(
  factors: ModelFactors,
  { customer, factor: number, timeStep }: Authorization,
  payers: readonly (ModelAccount | undefined)[],
  now: number,
): { readonly code: string; readonly take: () => void } {
  const take = (): void => {};
  const factor = factors.get(customer)?.factors.find((one) => one.number === number);
  if (factor?.state !== 'works' || payers.some((payer) => payer?.owner !== customer))
    return { code: 'factor_not_active', take };
  if (now < (factor.worksFrom ?? 0)) return { code: 'factor_waiting', take };
  const before = { lastStep: factor.lastStep, wrong: factor.wrong };
  const code = factors.tryCode(factor, timeStep, now);
  if (code !== '') return { code, take };
  const after = { lastStep: factor.lastStep, wrong: factor.wrong };
  Object.assign(factor, before);
  return { code, take: () => Object.assign(factor, after) };
}
