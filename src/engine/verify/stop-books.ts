/**
 * The second books of stops and waits, by no rule of the fold's: nothing leaves or is held of an account whose owner has stopped, by a
 * transfer, a capture or an execution; what was authorised was so by a factor and a customer who had waited; a switch is of its own
 * event or stays what it was, and a wait never gets shorter.
 */
import { parseEvent } from '../../audit/event.ts';
import { formatId } from '../../kernel/id.ts';
import { numberOfPosition } from '../../ledger/transfer.ts';
import type { BatchRows } from '../batch-rows.ts';
import { type CustomerRow, type GuardRow, guardIn } from '../customers/customer-row.ts';
import type { Problems } from './problems.ts';

type Rows = Pick<BatchRows, 'events' | 'entries' | 'rare'>;

const PAYS: readonly string[] = ['transfer.create', 'transfer.execute', 'transfer.capture'];
const NO_GUARD: GuardRow = [null, null, null, null];
const list = (text: unknown): number[] => String(text).slice(1, -1).split(',').map(Number);

export class StopBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  readonly #owners: ReadonlyMap<number, string>;
  readonly #stopped = new Set<string>();
  readonly #guards = new Map<string, GuardRow>();
  #exact = true;

  /** `owners` of all accounts that have one, the batch's included. */
  constructor(ledgerId: number, problems: Problems, owners: ReadonlyMap<number, string>) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
    this.#owners = owners;
  }

  /** Takes in what the fold made of the next batch, and its time. */
  see(rows: Rows, at: number): void {
    const customers = rows.rare.customers as unknown as readonly CustomerRow[];
    for (const row of customers) this.#waited(rows, row, at);
    const switches = customers.filter((row) => guardIn(row)?.[1] === row[1]);
    if (this.#stopped.size + switches.length > 0) this.#paid(rows, switches);
    for (const row of customers) this.#continue(row);
  }

  /** A batch was left out: what stood before is not known any more. */
  lose(): void {
    this.#exact = false;
    this.#stopped.clear();
    this.#guards.clear();
  }

  #paid({ entries, events, rare }: Rows, switches: readonly CustomerRow[]): void {
    const first = Number(parseEvent(events[0]?.body ?? '{}').number);
    const paid = [
      ...entries
        .filter(({ amount }) => amount < 0n)
        .map(({ account, position }) => ({ account, number: numberOfPosition(position) })),
      ...(rare.holds as readonly (readonly string[])[])
        .filter(([id, number]) => id === number)
        .flatMap(([, number, , , debits]) =>
          list(debits).map((account) => ({ account, number: Number(number) })),
        ),
    ].sort((a, b) => a.number - b.number);
    const rest = [...switches];
    const turn = ([, , owner, , , guard]: CustomerRow): void => {
      if (Array.isArray(guard) && guard[0] === true) this.#stopped.add(owner);
      else this.#stopped.delete(owner);
    };
    for (const { account, number } of paid) {
      while (rest[0] && Number(rest[0][1]) < number) turn(rest.shift() as CustomerRow);
      const owner = this.#owners.get(account);
      if (owner === undefined || !this.#stopped.has(owner)) continue;
      if (!PAYS.includes(events[number - first]?.type ?? '')) continue;
      const name = formatId('acc', this.#ledgerId, account);
      this.#add(number, `${name}, whose owner has stopped`, 'no payment', 'one');
    }
    for (const row of rest) turn(row);
  }

  /** What authorised a capture had waited. */
  #waited({ events }: Rows, row: CustomerRow, at: number): void {
    const [, number, , , factors] = row;
    const first = Number(parseEvent(events[0]?.body ?? '{}').number);
    const event = events[Number(number) - first];
    if (event?.type !== 'transfer.capture' || event.code !== '') return;
    const by = parseEvent(event.body).data['authorization'] as { readonly factor: string } | undefined;
    const factor = factors.find(([id]) => formatId('fac', this.#ledgerId, Number(id)) === by?.factor);
    const from = Math.max(Number(factor?.[9] ?? 0), Number(guardIn(row)?.[3] ?? 0));
    if (from > at) this.#add(Number(number), 'time of the authorisation', `from ${from}`, String(at));
  }

  #continue(row: CustomerRow): void {
    const [id, number] = row;
    const now = guardIn(row) ?? NO_GUARD;
    const isNew = id === number;
    const was = this.#guards.get(id) ?? (isNew || this.#exact ? NO_GUARD : undefined);
    if (now !== NO_GUARD) this.#guards.set(id, now);
    if (!was) return;
    const [stopped, switched, , waits] = now;
    if (switched !== was[1] ? switched !== number : stopped !== was[0])
      this.#add(Number(number), 'switch of the customer', String(was.slice(0, 2)), String(now.slice(0, 2)));
    if (Number(waits) < Number(was[3]))
      this.#add(Number(number), 'wait of the customer', `until ${was[3]} or later`, String(waits));
  }

  #add(number: number, subject: string, expected: string, found: string): void {
    this.#problems.add({ check: 'stops', number, subject, expected, found });
  }
}
