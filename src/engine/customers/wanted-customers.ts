/**
 * The customers that a batch is about and memory does not hold. They are read by a call of their own, over the posting
 * connection, since they are rare: a batch of transfers asks for nothing.
 */
import { InvariantViolation } from '../../kernel/assert.ts';
import type { Item } from '../command.ts';
import type { LedgerState } from '../state.ts';
import { type CustomerRow, customerOfRow } from './customer-row.ts';

/** Whoever is not there is asked for each time: nobody remembers that nothing is known of a customer. */
export function wantedCustomers(state: LedgerState, items: readonly Item[]): string[] {
  const wanted = new Set<string>();
  for (const { command } of items) {
    const customer =
      'customer' in command
        ? command.customer
        : command.type === 'transfer.capture'
          ? command.authorization?.customer
          : undefined;
    if (customer !== undefined && !state.customer(customer)) wanted.add(customer);
  }
  return [...wanted];
}

/** Requires that the rows were read at the head that the state is folded to. Fails with InvariantViolation. */
export function learnCustomers(state: LedgerState, rows: readonly CustomerRow[]): void {
  for (const row of rows) {
    const customer = customerOfRow(state.ledgerId, row, state.rowKey);
    if (!customer)
      throw new InvariantViolation(
        `the row of a customer at event ${row[1]} has no valid MAC: run bahi verify`,
      );
    state.addCustomer(customer);
  }
}
