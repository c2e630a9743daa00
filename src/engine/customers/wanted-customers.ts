/**
 * The customers that a batch is about and memory does not hold. They are read by a call of their own, over the posting
 * connection, since they are rare: a batch of transfers asks for nothing.
 */
import type { CustomerState } from '../../identity/factor.ts';
import { InvariantViolation } from '../../kernel/assert.ts';
import type { Command, Item, UpdateAccount } from '../command.ts';
import type { LedgerState } from '../state.ts';
import { type CustomerRow, customerOfRow } from './customer-row.ts';

/** Whoever is not there is asked for each time: nobody remembers that nothing is known of a customer. Requires that accounts were read. */
export function wantedCustomers(state: LedgerState, items: readonly Item[]): string[] {
  const wanted = new Set<string>();
  for (const { command } of items) {
    const customer = customerOf(state, command);
    if (customer && !state.customer(customer)) wanted.add(customer);
  }
  return [...wanted];
}

function customerOf(state: LedgerState, command: Command): string | null | undefined {
  if ('customer' in command) return command.customer;
  if (command.type === 'transfer.capture') return command.authorization?.customer;
  // The owner waits behind a raised cap.
  if (command.type === 'account.update' && command.waitSeconds !== undefined && changesCaps(command))
    return state.accounts.get(command.account)?.identity.owner;
  return undefined;
}

const CAPS = ['floor', 'ceiling', 'overCaptureBps', 'stepUpAbove', 'limits'] as const;
const changesCaps = ({ change }: UpdateAccount): boolean => CAPS.some((cap) => change[cap] !== undefined);

/** Requires that the rows were read at the head that the state is folded to. Fails with InvariantViolation. */
export function learnCustomers(state: LedgerState, rows: readonly CustomerRow[]): void {
  for (const row of rows) state.addCustomer(genuine(state, row));
}

/** What others switched since memory heard of switches last. Fails with InvariantViolation. */
export function learnSwitches(state: LedgerState, rows: readonly CustomerRow[]): void {
  for (const row of rows) {
    const { customer, stop } = genuine(state, row);
    if (stop) state.stops.note(customer, stop.stopped, stop.number);
  }
  state.stops.caughtUp();
}

function genuine(state: LedgerState, row: CustomerRow): CustomerState {
  const customer = customerOfRow(state.ledgerId, row, state.rowKey);
  if (!customer)
    throw new InvariantViolation(
      `the row of a customer at event ${row[1]} has no valid MAC: run bahi verify`,
    );
  return customer;
}
