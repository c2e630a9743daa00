/** Holds of the example ledger by what stands in the way of their capture. */
import type { ExampleLedger } from './openapi-ledger.ts';

export type ExampleHold =
  | 'none'
  | 'hold_captured'
  | 'hold_voided'
  | 'hold_expired'
  | 'debit_not_permitted'
  | 'debits_frozen'
  | 'credits_frozen'
  | 'floor_breached'
  | 'ceiling_breached'
  | 'totals_exceeded'
  | 'limit_exceeded';

/** Requires the accounts of the example ledger; what comes in the way of some, others change afterwards. */
export function addHolds(ledger: ExampleLedger): Readonly<Record<ExampleHold, string>> {
  const payer = 'savings-2b84';
  const payee = 'savings-9c21';
  return {
    // First, since it takes a week.
    hold_expired: ledger.hold(payer, payee, 'time'),
    hold_captured: ledger.hold(payer, payee, 'capture'),
    hold_voided: ledger.hold(payer, payee, 'void'),
    none: ledger.hold(payer, payee),
    debit_not_permitted: ledger.hold('bank-settlement', payee),
    debits_frozen: ledger.hold('savings-5d10', payee),
    credits_frozen: ledger.hold(payer, 'savings-6e77'),
    // Of a payer that allows captures beyond a hold, and has nothing more.
    floor_breached: ledger.hold('fuel-card-3a90', payee),
    ceiling_breached: ledger.hold('fuel-card-77c2', 'wallet-1250'),
    totals_exceeded: ledger.hold('fuel-card-77c2', 'savings-aged'),
    limit_exceeded: ledger.hold('fuel-card-8d14', payee),
  };
}
