/**
 * The second books of second factors: what left an account against what it gives without one, added up from entries and captured
 * amounts by no rule of the fold's. More goes only by a capture that says with what it was authorised; corrections by hand and
 * reversals have scopes of their own and are not asked.
 */
import { parseEvent } from '../../audit/event.ts';
import { formatId } from '../../kernel/id.ts';
import { numberOfPosition } from '../../ledger/transfer.ts';
import type { BatchRows } from '../batch-rows.ts';
import type { Problems } from './problems.ts';

const ASKED: readonly string[] = ['transfer.create', 'transfer.execute', 'transfer.capture'];
const list = (text: unknown): string[] => String(text).slice(1, -1).split(',');

export class StepUpBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  /** What accounts that ask give without a second factor, minor units. */
  readonly #above = new Map<number, bigint>();
  /** What was captured of each leg of holds, by hold. */
  readonly #captured = new Map<string, readonly string[]>();

  constructor(ledgerId: number, problems: Problems) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
  }

  /** Takes in what the fold made of the next batch. */
  see({ events, entries, rare }: Pick<BatchRows, 'events' | 'entries' | 'rare'>): void {
    const settings = rare.settings as readonly (readonly (string | null)[])[];
    if (this.#above.size === 0 && settings.every((row) => row[9] === undefined)) return;
    const asked = new Set<number>();
    for (const { type, body } of events) {
      if (!ASKED.includes(type)) continue;
      const { data, number } = parseEvent(body);
      if (!('authorization' in data)) asked.add(Number(number));
    }
    const given = new Map<string, bigint>();
    const add = (number: number, account: number, amount: bigint): void => {
      const place = `${number} ${account}`;
      given.set(place, (given.get(place) ?? 0n) + amount);
    };
    const holds = rare.holds as readonly (readonly string[])[];
    const captures = new Set(holds.map(([, number]) => Number(number)));
    for (const { account, position, amount } of entries)
      if (amount < 0n && !captures.has(numberOfPosition(position)))
        add(numberOfPosition(position), account, -amount);
    for (const [id = '', number, , , debits, , , , captured] of holds) {
      const now = list(captured);
      const before = this.#captured.get(id);
      this.#captured.set(id, now);
      for (const [i, debit] of list(debits).entries())
        if (now[i] !== (before?.[i] ?? '0')) add(Number(number), Number(debit), BigInt(now[i] as string));
    }
    const changes = settings.map((row) => [Number(row[1]), row] as const);
    for (const [place, amount] of [...given].sort(
      ([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
    )) {
      const [number, account] = place.split(' ').map(Number) as [number, number];
      while (changes[0] && changes[0][0] < number) this.#set((changes.shift() as (typeof changes)[0])[1]);
      const above = this.#above.get(account);
      if (above === undefined || amount <= above || !asked.has(number)) continue;
      const subject = `${formatId('acc', this.#ledgerId, account)} without a second factor`;
      this.#problems.add({
        check: 'captures',
        number,
        subject,
        expected: `at most ${above}`,
        found: String(amount),
      });
    }
    for (const [, row] of changes) this.#set(row);
  }

  /** A batch was left out: what stood before is not known any more. */
  lose(): void {
    this.#above.clear();
    this.#captured.clear();
  }

  #set(row: readonly (string | null)[]): void {
    const above = row[9];
    if (above === undefined || above === null) this.#above.delete(Number(row[0]));
    else this.#above.set(Number(row[0]), BigInt(above));
  }
}
