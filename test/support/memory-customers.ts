/** What a poster reads of customers, out of a log in memory (memory-log.ts). */
import type { Item } from '../../src/engine/command.ts';
import { type CustomerRow, guardIn } from '../../src/engine/customers/customer-row.ts';
import {
  learnCustomers,
  learnSwitches,
  wantedCustomers,
} from '../../src/engine/customers/wanted-customers.ts';
import type { LedgerState } from '../../src/engine/state.ts';

/** `rows` are all versions, in order. Requires that the state has the accounts of the items. */
export function teachCustomers(
  state: LedgerState,
  items: readonly Item[],
  rows: readonly CustomerRow[],
): void {
  const switches = rows.filter((row) => guardIn(row)?.[1] === row[1]);
  state.stops.hear(Number(switches.at(-1)?.[1] ?? 0));
  const after = state.stops.lackingAfter;
  if (after !== undefined)
    learnSwitches(
      state,
      switches.filter(([, number]) => Number(number) > after),
    );
  learnCustomers(
    state,
    wantedCustomers(state, items).flatMap((customer) => {
      const newest = rows.findLast(([, , owner]) => owner === customer);
      return newest ? [newest] : [];
    }),
  );
}
