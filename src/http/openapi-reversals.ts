/** Transfers of the example ledger by what stands in the way of their reversal. */
import type { RefusalCode } from '../kernel/failure.ts';
import type { ExampleLedger } from './openapi-ledger.ts';

export type ExampleReversals = Readonly<Partial<Record<RefusalCode, string>>>;

/** Requires the accounts of the example ledger; ends with what it makes of them, so others are not changed. */
export function addReversals(ledger: ExampleLedger): ExampleReversals {
  const bank = 'bank-settlement';
  const [payer, payee, other] = ['wallet-31f0', 'wallet-64aa', 'wallet-77c2'];
  const [closing, freezing, full, worn] = ['wallet-8e05', 'wallet-9b1d', 'wallet-a2f6', 'wallet-c940'];
  const limited = 'wallet-d713';
  for (const code of [payer, payee, other, closing, freezing, worn, limited]) ledger.open(code);
  ledger.open(full, { ceiling: 10_000n });
  for (const code of [payer, freezing, worn]) ledger.fund(code, 1_000_000n);
  ledger.fund(full, 10_000n);
  const whole = ledger.pay(payer, payee, 10_000n);
  const ids = {
    not_posted: ledger.hold(payer, payee),
    reversal_of_reversal: ledger.reverse(whole),
    already_reversed: whole,
    debit_not_permitted: ledger.pay(payer, bank, 10_000n),
    account_closed: ledger.pay(payer, closing, 10_000n),
    debits_frozen: ledger.pay(payer, freezing, 10_000n),
    credits_frozen: ledger.pay(freezing, payer, 10_000n),
    floor_breached: ledger.pay(payer, payee, 10_000n),
    ceiling_breached: ledger.pay(full, other, 10_000n),
    totals_exceeded: ledger.pay(worn, other, 10_000n),
    limit_exceeded: ledger.pay(payer, limited, 10_000n),
  };
  // They come in the way only now.
  ledger.pay(closing, other, 10_000n);
  ledger.change(closing, { closed: true });
  ledger.change(freezing, { debitsFrozen: true, creditsFrozen: true });
  ledger.pay(payee, other, 10_000n);
  ledger.fund(full, 10_000n, other);
  ledger.change(limited, {
    limits: [{ name: 'daily', direction: 'outgoing', window: 'day', amount: 5_000n, count: null }],
  });
  ledger.exhaust(worn);
  return ids;
}
