/**
 * The second books of second factors: what left an account against what it gives without one, added up from entries and captured
 * amounts by no rule of the fold's. More goes only by a capture that says with what it was authorised, by the customer who owns
 * the account, whose factor used that very code up in the same event. Corrections by hand and reversals have scopes of their own
 * and are not asked.
 */
import { parseEvent } from '../../audit/event.ts';
import { formatId } from '../../kernel/id.ts';
import { numberOfPosition } from '../../ledger/transfer.ts';
import type { BatchRows } from '../batch-rows.ts';
import type { CustomerRow } from '../customers/customer-row.ts';
import type { Problems } from './problems.ts';

type Rows = Pick<BatchRows, 'events' | 'entries' | 'rare'>;
type Row = readonly (string | null)[];

/** What an event took of an account, minor units, with what was captured of the same hold before. */
interface Given {
  readonly number: number;
  readonly account: number;
  amount: bigint;
}

const ASKED: readonly string[] = ['transfer.create', 'transfer.execute', 'transfer.capture'];
const list = (text: unknown): string[] => String(text).slice(1, -1).split(',');

export class StepUpBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  /** What accounts that ask give without a second factor, minor units. */
  readonly #above = new Map<number, bigint>();
  /** What was captured of each leg of the holds that are open, by hold. */
  readonly #captured = new Map<string, string>();
  readonly #owners: ReadonlyMap<number, string>;
  #exact = true;

  /** `owners` of all accounts that have one, the batch's included. */
  constructor(ledgerId: number, problems: Problems, owners: ReadonlyMap<number, string>) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
    this.#owners = owners;
  }

  /** Takes in what the fold made of the next batch. */
  see(rows: Rows): void {
    const given = this.#captures(rows);
    const authorized = this.#authorized(rows);
    const changes = [...(rows.rare.settings as readonly Row[])];
    if (this.#above.size === 0 && changes.every((row) => row[9] === undefined)) return;
    addMoved(rows, given);
    const types = typesOf(rows);
    for (const { number, account, amount } of [...given.values()].sort((a, b) => a.number - b.number)) {
      while (changes[0] && Number(changes[0][1]) < number) this.#set(changes.shift() as Row);
      const above = this.#above.get(account);
      if (above === undefined || amount <= above || !ASKED.includes(types(number))) continue;
      const name = formatId('acc', this.#ledgerId, account);
      const by = authorized.get(number);
      const owner = this.#owners.get(account);
      if (by === undefined)
        this.#add(number, `${name} without a second factor`, `at most ${above}`, String(amount));
      else if (by !== owner && (this.#exact || owner !== undefined))
        this.#add(number, `${name}: who authorised`, owner ?? 'nobody', by);
    }
    for (const row of changes) this.#set(row);
  }

  /** A batch was left out: what stood before is not known any more. */
  lose(): void {
    this.#exact = false;
    this.#above.clear();
    this.#captured.clear();
  }

  /** What captures took; kept of all holds, since an account may ask from a later event on. */
  #captures({ rare }: Rows): Map<string, Given> {
    const given = new Map<string, Given>();
    for (const row of rare.holds as readonly (readonly string[])[]) {
      const [id = '', number, status, , debits, , , , captured = ''] = row;
      const before = id === number ? undefined : this.#captured.get(id);
      if (status === 'held') this.#captured.set(id, captured);
      else this.#captured.delete(id);
      // Placed just now, or placed in a batch that was left out.
      if (before === undefined) continue;
      const [now, then] = [list(captured), list(before)];
      const payers = list(debits);
      const givers = new Set(payers.filter((_, i) => now[i] !== then[i]));
      for (const [i, payer] of payers.entries())
        if (givers.has(payer)) add(given, Number(number), Number(payer), BigInt(now[i] as string));
    }
    return given;
  }

  /** Customers who authorised, by event; each with a factor that used a code up in it. */
  #authorized({ events, rare }: Rows): Map<number, string> {
    const authorized = new Map<number, string>();
    for (const { type, body, code } of events) {
      if (type !== 'transfer.capture' || code !== '' || !body.includes('"authorization":{')) continue;
      const { data, number } = parseEvent(body);
      const stated = data['authorization'] as Readonly<Record<string, unknown>> | undefined;
      if (!stated) continue;
      authorized.set(Number(number), String(stated['customer']));
      const row = (rare.customers as unknown as readonly CustomerRow[]).find(
        ([, at, owner]) => at === number && owner === stated['customer'],
      );
      const factor = row?.[4].find(
        ([id]) => formatId('fac', this.#ledgerId, Number(id)) === stated['factor'],
      );
      const used = factor?.[3] === 'active' ? factor[11] : 'none';
      if (used !== String(stated['time_step']))
        this.#add(Number(number), 'code that authorised', String(stated['time_step']), used);
    }
    return authorized;
  }

  #set([account, , , , , , , , , above]: Row): void {
    if (above === undefined || above === null) this.#above.delete(Number(account));
    else this.#above.set(Number(account), BigInt(above));
  }

  #add(number: number, subject: string, expected: string, found: string): void {
    this.#problems.add({ check: 'step_up', number, subject, expected, found });
  }
}

function add(given: Map<string, Given>, number: number, account: number, amount: bigint): void {
  const place = `${number} ${account}`;
  const known = given.get(place);
  if (known) known.amount += amount;
  else given.set(place, { number, account, amount });
}

/** What was moved without a hold. */
function addMoved({ entries, rare }: Rows, given: Map<string, Given>): void {
  const captures = new Set((rare.holds as readonly Row[]).map(([, number]) => Number(number)));
  for (const { account, position, amount } of entries) {
    const number = numberOfPosition(position);
    if (amount < 0n && !captures.has(number)) add(given, number, account, -amount);
  }
}

/** The type of an event of the batch by its number. */
function typesOf({ events }: Rows): (number: number) => string {
  const first = events[0] ? Number(parseEvent(events[0].body).number) : 0;
  return (number) => events[number - first]?.type ?? '';
}
