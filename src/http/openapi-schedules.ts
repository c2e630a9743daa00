/** Scheduled transfers of the example ledger by what stands in the way of their cancellation. */
import type { ExampleLedger } from './openapi-ledger.ts';

export type ExampleSchedules = Readonly<
  Record<'none' | 'schedule_executed' | 'schedule_execution_refused' | 'schedule_canceled', string>
>;

/** Requires the accounts of the example ledger; ends with what it makes of them, so others are not changed. */
export function addSchedules(ledger: ExampleLedger): ExampleSchedules {
  const [payer, payee, empty] = ['wallet-d17c', 'wallet-e0b3', 'wallet-f482'];
  for (const code of [payer, payee, empty]) ledger.open(code);
  ledger.fund(payer, 1_000_000n);
  return {
    none: ledger.schedule(payer, payee, 'none'),
    schedule_executed: ledger.schedule(payer, payee, 'time'),
    schedule_execution_refused: ledger.schedule(empty, payee, 'time'),
    schedule_canceled: ledger.schedule(payer, payee, 'cancel'),
  };
}
