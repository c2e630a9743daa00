/** Verifies a code outside of the fold, against the sealed seed; the fold decides what the time step is good for. */
import { factorOf } from '../../identity/factor.ts';
import type { Engine } from '../use-case.ts';
import { FACTOR_SEED } from './desk.ts';
import type { FoundCustomer } from './store.ts';

/** The time step whose code this is; null: none near this moment, or the factor is removed or none of this customer. */
export async function matchedStep(
  { clock, customers }: Engine,
  ledgerId: number,
  { state, seeds }: FoundCustomer,
  factor: number | undefined,
  code: string,
): Promise<number | null> {
  const found = state && factor !== undefined ? factorOf(state, factor) : undefined;
  const sealed = found && seeds.get(found.seedDigest);
  if (!state || !sealed) return null;
  const { machine } = customers;
  const secret = machine.open(FACTOR_SEED(ledgerId, state.customer), sealed);
  return (await machine.totpStep(secret, code, clock.nowMicros())) ?? null;
}
