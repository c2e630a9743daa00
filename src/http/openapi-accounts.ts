/** The example ledger with all that the examples of the OpenAPI document meet in it. */
import { defined } from '../kernel/assert.ts';
import { parseMicros } from '../kernel/clock.ts';
import { addHolds } from './openapi-holds.ts';
import { ExampleLedger } from './openapi-ledger.ts';
import { CUSTOMER } from './openapi-pools.ts';
import { addReversals } from './openapi-reversals.ts';
import { addSchedules } from './openapi-schedules.ts';

/** What was funded before the first close counts from here on. */
const FUNDED_AT = defined(parseMicros('2026-02-10T06:30:00Z'), 'a time');
const CLOSED_UNTIL = defined(parseMicros('2026-02-28T18:30:00Z'), 'a time');
const DAILY = { name: 'daily', direction: 'outgoing', window: 'day' } as const;

/** A bank's settlement account, two funded customers, and an account for every refusal. */
export function exampleLedger(): ExampleLedger {
  const ledger = new ExampleLedger();
  ledger.admit();
  ledger.open('bank-settlement', { kind: 'asset', owner: null, floor: null });
  ledger.open('branches:mumbai', { kind: 'asset', owner: null, floor: null });
  ledger.open('branches:mumbai:atm-17', { kind: 'asset', owner: null, floor: null });
  ledger.open('savings-no-debits', { debitsFrozen: true });
  ledger.open('savings-no-credits', { creditsFrozen: true });
  ledger.open('savings-closed', { closed: true });
  ledger.open('wallet-capped', { ceiling: 10_000n });
  ledger.open('savings-worn');
  ledger.exhaust('savings-worn');
  for (const code of ['savings-2b84', 'savings-5d10']) {
    ledger.open(code);
    ledger.fund(code, 1_000_000n, 'bank-settlement', FUNDED_AT);
  }
  ledger.close(CLOSED_UNTIL);
  ledger.open('fees', { kind: 'income', owner: null });
  for (const [code, currency] of [
    ['liquidity-inr', 'INR'],
    ['liquidity-usd', 'USD'],
    ['rounding-usd', 'USD'],
    ['savings-usd-7f3a', 'USD'],
  ] as const)
    ledger.open(code, { currency, floor: code === 'liquidity-usd' ? -10_000_000n : 0n });
  ledger.open('savings-9c21');
  ledger.open('savings-7f3a');
  ledger.open('savings-6e77');
  for (const [code, minor] of [
    ['fuel-card-3a90', 125_050n],
    ['fuel-card-77c2', 400_000n],
  ] as const) {
    ledger.open(code, { overCaptureBps: 1500 });
    ledger.fund(code, minor);
  }
  ledger.open('wallet-1250', { ceiling: 125_050n });
  ledger.open('savings-aged');
  ledger.open('savings-4c05');
  ledger.fund('savings-4c05', 250_000n);
  ledger.change('savings-4c05', { limits: [{ ...DAILY, amount: 100_000n, count: 10 }] });
  ledger.pay('savings-4c05', 'savings-9c21', 30_000n);
  ledger.open('fuel-card-8d14', { overCaptureBps: 1500 });
  ledger.fund('fuel-card-8d14', 400_000n);
  ledger.change('fuel-card-8d14', { limits: [{ ...DAILY, amount: 125_050n, count: null }] });
  for (const code of ['savings-0c8d', 'wallet-0c8d']) ledger.open(code, { owner: CUSTOMER });
  ledger.pools.fill();
  ledger.holds = addHolds(ledger);
  ledger.exhaust('savings-aged');
  ledger.change('savings-5d10', { debitsFrozen: true });
  ledger.change('savings-6e77', { creditsFrozen: true });
  ledger.reversals = addReversals(ledger);
  ledger.schedules = addSchedules(ledger);
  ledger.fund('savings-9c21', 25_000n, 'branches:mumbai:atm-17');
  ledger.fund('savings-7f3a', 500_000n);
  return ledger;
}
