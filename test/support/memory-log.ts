/**
 * A log in memory that stores folded batches and answers reads as PostgreSQL does, so that the fold can be run with as
 * little memory of its own as one likes: what it forgot, it must ask for, or it decides wrongly.
 */

import { isTransferType, parseEvent } from '../../src/audit/event.ts';
import type { BatchRows, EventRow } from '../../src/engine/batch-rows.ts';
import type { Item } from '../../src/engine/command.ts';
import type { CustomerRow } from '../../src/engine/customers/customer-row.ts';
import type { SignedKey } from '../../src/engine/keys/key-mac.ts';
import { learn, learnOriginals, learnOwners, learnWindows } from '../../src/engine/learn.ts';
import type { LimitRow } from '../../src/engine/limit-json.ts';
import type { OriginalRow } from '../../src/engine/original.ts';
import type { LedgerState } from '../../src/engine/state.ts';
import type {
  AccountRow,
  ApiKeyRow,
  HoldRow,
  OwnerRow,
  PoolRow,
  ReadAnswer,
  ScheduleRow,
  SlidingRow,
  TotalsColumns,
  WindowsRow,
  WindowTotalsRow,
} from '../../src/engine/store.ts';
import { type Wanted, wantedBy, wantedOriginals, wantedOwners } from '../../src/engine/wanted.ts';
import { wantedWindows } from '../../src/engine/wanted-windows.ts';
import { defined } from '../../src/kernel/assert.ts';
import { istDay, parseMicros } from '../../src/kernel/clock.ts';
import type { BooksState } from '../../src/ledger/period.ts';
import type { Entry } from '../../src/ledger/transfer.ts';
import { teachCustomers } from './memory-customers.ts';
import { MemoryProposals } from './memory-proposals.ts';

type Row = readonly unknown[];

/** Points of a window that slides that one read brings. */
const POINTS = 2;

export class MemoryLog {
  readonly events: EventRow[] = [];
  readonly entries: Entry[] = [];
  readonly #accounts: Row[] = [];
  readonly settings: Row[] = [];
  readonly #apiKeys: Row[] = [];
  readonly #macs = new Map<unknown, unknown>();
  readonly #revoked = new Set<string>();
  readonly #rotated = new Map<string, number>();
  readonly #names: [string, number][] = [];
  readonly holds: Row[] = [];
  readonly reversals: Row[] = [];
  readonly #marks: Row[] = [];
  readonly schedules: Row[] = [];
  readonly #customers: CustomerRow[] = [];
  readonly pools: Row[] = [];
  readonly poolTotals: Row[] = [];
  readonly #proposals = new MemoryProposals();
  #books: BooksState | undefined;

  append({ events, entries, rare }: BatchRows): void {
    this.events.push(...events);
    this.entries.push(...entries);
    this.#accounts.push(...(rare.accounts as Row[]));
    this.settings.push(...(rare.settings as Row[]));
    this.#apiKeys.push(...(rare.api_keys as Row[]));
    for (const [id, mac] of rare.api_key_macs as Row[]) this.#macs.set(id, mac);
    for (const [id] of rare.revocations as Row[]) this.#revoked.add(String(id));
    for (const [id, , endsAt] of rare.rotations as Row[]) this.#rotated.set(String(id), Number(endsAt));
    this.holds.push(...(rare.holds as Row[]));
    this.reversals.push(...(rare.reversals as Row[]));
    this.#marks.push(...(rare.limit_marks as Row[]));
    this.schedules.push(...(rare.schedules as Row[]));
    this.#customers.push(...(rare.customers as unknown as CustomerRow[]));
    this.pools.push(...(rare.pools as Row[]));
    this.poolTotals.push(...(rare.pool_totals as Row[]));
    this.#proposals.append(rare);
    for (const [number, until] of rare.periods as Row[])
      this.#books = {
        period: Number(number),
        closedUntil: Number(until),
        carriedTo: 0,
        accounts: 0,
        carried: false,
      };
    for (const [, , to, accounts, last] of rare.progress as Row[])
      if (this.#books)
        this.#books = {
          ...this.#books,
          carriedTo: Number(to),
          accounts: Number(accounts),
          carried: last === true,
        };
    for (const [id, name] of rare.ledgers as Row[]) this.#names.push([String(name), Number(id)]);
  }

  read(wanted: Wanted): ReadAnswer {
    const holds = wanted.holds.flatMap((id) => this.#holdRow(id));
    const accounts = new Set([...wanted.accounts, ...holds.flatMap((row) => [...row[3], ...row[4]])]);
    const accountRows = this.#accounts
      .filter(([id, code]) => accounts.has(Number(id)) || wanted.codes.includes(String(code)))
      .map((row) => this.#accountRow(row));
    const pools = new Set([...wanted.pools, ...accountRows.flatMap((row) => row[21] ?? [])]);
    return {
      head: this.events.length,
      link: '',
      at: 0,
      accounts: accountRows,
      totals: wanted.totals.length === 0 ? null : this.#totalsOf(wanted.totals),
      windows: accountRows.filter((row) => row[19]).map((row) => this.#windowsRow(row[0])),
      pools: [...pools].flatMap((id) => this.#poolRow(id)),
      keys: this.events.flatMap(({ key, fingerprint, code, body }, i) =>
        wanted.keys.includes(key) ? [[key, i + 1, fingerprint, code, body] as const] : [],
      ),
      api_keys: this.#apiKeys
        .filter(([id]) => wanted.apiKeys.includes(Number(id)))
        .map(([id, client, prefix, secretHash, scopes, expiresAt, networks = [], rate = null]): ApiKeyRow => {
          const rotatedTo = this.#rotated.get(String(id));
          const ends = rotatedTo ?? (expiresAt === null ? null : Number(expiresAt));
          const revoked = this.#revoked.has(String(id));
          const signed = [
            client,
            prefix,
            secretHash,
            scopes,
            expiresAt,
            networks,
            rate,
          ] as unknown as SignedKey;
          const madeBy = parseEvent(this.events[Number(id) - 1]?.body ?? '').actor;
          return [
            Number(id),
            signed,
            String(this.#macs.get(id)),
            ends,
            revoked,
            rotatedTo !== undefined,
            madeBy,
          ];
        }),
      names: this.#names.filter(([name]) => wanted.names.includes(name)),
      holds,
      schedules: wanted.holds.flatMap((id) => this.#scheduleRow(id)),
      operators: null,
      not_held: wanted.holds.filter(
        (id) => isTransferType(this.events[id - 1]?.type ?? '') && !holds.some(([hold]) => hold === id),
      ),
    };
  }

  readOriginals(transfers: readonly number[]): OriginalRow[] {
    return transfers.flatMap((id): OriginalRow[] => {
      const event = this.events[id - 1];
      if (!event?.type.startsWith('transfer.')) return [];
      const newest = this.reversals.findLast(([of]) => of === String(id));
      const reversed = newest && String(newest[3]).slice(1, -1).split(',');
      return [[id, event.body, reversed ?? null, Number(newest?.[1] ?? id)]];
    });
  }

  /** As a poster reads what a batch at this time lacks; tells what was wanted. */
  teach(state: LedgerState, items: readonly Item[], at: number, withKeys = false): Wanted {
    state.books = this.#books && { ...this.#books };
    state.hasPools = this.pools.length > 0;
    learnOriginals(state, this.readOriginals(wantedOriginals(state, items)));
    const { owners, names } = wantedOwners(state, items) ?? { owners: [], names: [] };
    learnOwners(state, {
      owners: owners.map((owner) => this.#ownerRow(owner)),
      names: this.pools
        .filter(([id, number, name]) => id === number && names.includes(String(name)))
        .map(([id, , name]) => [String(name), Number(id)] as const),
    });
    this.#proposals.teach(state, items, this.events.length);
    const wanted = wantedBy(state, items, withKeys, false);
    learn(state, this.read(wanted));
    teachCustomers(state, items, this.#customers);
    const windows = wantedWindows(state, items, at).map((id) => [id, this.#slidingRows(id, at)] as const);
    learnWindows(state, { windows });
    return wanted;
  }

  #ownerRow(owner: string): OwnerRow {
    const idAndCurrency = ([id, , , currency]: Row) => [Number(id), String(currency)] as const;
    return [
      owner,
      this.#accounts.filter((row) => row[4] === owner).map(idAndCurrency),
      this.pools.filter((row) => row[0] === row[1] && row[4] === owner).map(idAndCurrency),
    ];
  }

  #poolRow(id: number): PoolRow[] {
    const newest = this.pools.findLast(([of]) => Number(of) === id);
    if (!newest) return [];
    const at = this.#timeOf(this.events.length);
    const { day, month } = startsOf(at);
    const [, , name, currency, owner, , , members, limits] = newest;
    return [
      [
        id,
        String(name),
        String(currency),
        owner as string | null,
        Number(members),
        limits as LimitRow[],
        at,
        this.#totalsBefore(id, Number.POSITIVE_INFINITY),
        this.#totalsBefore(id, day),
        this.#totalsBefore(id, month),
        this.#slidingRows(id, at),
      ],
    ];
  }

  /** As `account_windows`: what stood before the day and the month in which the newest event was posted. */
  #windowsRow(account: number): WindowsRow {
    const at = this.#timeOf(this.events.length);
    const { day, month } = startsOf(at);
    const now = this.#totalsBefore(account, Number.POSITIVE_INFINITY);
    return [
      account,
      at,
      now[6],
      now[7],
      this.#totalsBefore(account, day),
      this.#totalsBefore(account, month),
      this.#slidingRows(account, at),
    ];
  }

  /** As `sliding_windows`, but so few points that they must be read again and again. */
  #slidingRows(account: number, at: number): (SlidingRow | null)[] {
    const newest = [...this.settings, ...this.pools].findLast(([of]) => Number(of) === account);
    return ((newest?.[8] ?? []) as LimitRow[]).map((limit) => {
      const [, direction, window, , , since, baseSum, baseCount, baseMoved] = limit;
      if (!window.endsWith('s')) return null;
      const start = at - Number(window.slice(0, -1)) * 1_000_000;
      const totalAt = (time: number): readonly [sum: string, count: number, moved: string] => {
        const [debits, credits, heldDebits, heldCredits, debitCount, creditCount, ...released] =
          this.#totalsBefore(account, time + 1);
        const out = BigInt(debits) + BigInt(heldDebits) + BigInt(released[0]);
        const into = BigInt(credits) + BigInt(heldCredits) + BigInt(released[1]);
        if (direction === 'incoming') return [String(into), creditCount, String(into)];
        if (direction === 'outgoing') return [String(out), debitCount, String(out)];
        return [String(out - BigInt(credits)), 0, String(out + BigInt(credits))];
      };
      const isYoung = Number(since) > start;
      const base = isYoung ? ([baseSum, baseCount, String(baseMoved)] as const) : totalAt(start);
      const times = new Set(this.events.map((_, i) => this.#timeOf(i + 1)));
      let moved = base[2];
      const points = [...times].flatMap((time) => {
        const total = totalAt(time);
        if (time <= start || BigInt(total[2]) <= BigInt(moved)) return [];
        moved = total[2];
        return [[time, ...total] as const];
      });
      return [...base, [points.length <= POINTS, points.slice(0, POINTS)]];
    });
  }

  /** Of an account, or of a pool, which holds nothing but what came in and was not credited. */
  #totalsBefore(account: number, time: number): WindowTotalsRow {
    if (this.pools.some(([of]) => Number(of) === account)) {
      const [, , outgoing = 0, incoming = 0, credited = 0, outCount = 0, inCount = 0] =
        this.poolTotals.findLast(
          ([of, number]) => Number(of) === account && this.#timeOf(Number(number)) < time,
        ) ?? [];
      const rest = BigInt(String(incoming)) - BigInt(String(credited));
      return [
        String(outgoing),
        String(credited),
        '0',
        String(rest),
        Number(outCount),
        Number(inCount),
        '0',
        '0',
      ];
    }
    const e = this.entries.findLast(
      ({ account: of, position }) => of === account && this.#timeOf(Math.floor(position / 256)) < time,
    );
    const mark = this.#marks.findLast(
      ([of, number]) => Number(of) === account && this.#timeOf(Number(number)) < time,
    );
    const minor = (total: bigint | undefined): string => String(total ?? 0n);
    return [
      minor(e?.debits),
      minor(e?.credits),
      minor(e?.heldDebits),
      minor(e?.heldCredits),
      e?.debitCount ?? 0,
      e?.creditCount ?? 0,
      String(mark?.[2] ?? 0),
      String(mark?.[3] ?? 0),
    ];
  }

  #timeOf(number: number): number {
    const { body } = defined(this.events[number - 1], `event ${number}`);
    return defined(parseMicros(parseEvent(body).at), 'the time of an event');
  }

  #scheduleRow(id: number): ScheduleRow[] {
    const newest = this.schedules.findLast(([of]) => of === String(id));
    if (!newest) return [];
    const [, , status, scheduledFor, unrestricted] = newest;
    const fingerprint = this.events[id - 1]?.fingerprint ?? '';
    return [[id, String(status), Number(scheduledFor), unrestricted as boolean, fingerprint]];
  }

  #holdRow(id: number): HoldRow[] {
    const newest = this.holds.findLast(([of]) => of === String(id));
    if (!newest) return [];
    const list = (column: unknown): string[] => String(column).slice(1, -1).split(',');
    const [, , status, expiresAt, debits, credits, currencies, amounts, captured] = newest;
    return [
      [
        id,
        String(status),
        Number(expiresAt),
        list(debits).map(Number),
        list(credits).map(Number),
        list(currencies),
        list(amounts),
        list(captured),
      ],
    ];
  }

  #totalsOf(ids: readonly number[]): TotalsColumns {
    const rows = this.#accounts
      .filter(([id]) => ids.includes(Number(id)))
      .map((row) => [row[0], ...this.#accountRow(row).slice(10, 18)]);
    return Array.from({ length: 9 }, (_, i) => `{${rows.map((row) => row[i])}}`) as unknown as TotalsColumns;
  }

  #accountRow([id, code, kind, currency, owner]: Row): AccountRow {
    const [
      ,
      ,
      floor,
      ceiling,
      debitsFrozen,
      creditsFrozen,
      closed,
      overCaptureBps = null,
      limits = null,
      stepUp = null,
      pools = null,
    ] = this.settings.findLast(([of]) => of === id) as Row;
    const e = this.entries.findLast(({ account }) => account === Number(id));
    const minor = (total: bigint | undefined): string => String(total ?? 0n);
    return [
      Number(id),
      code as string,
      kind as string,
      currency as string,
      owner as string | null,
      floor as string | null,
      ceiling as string | null,
      debitsFrozen as boolean,
      creditsFrozen as boolean,
      closed as boolean,
      minor(e?.debits),
      minor(e?.credits),
      minor(e?.heldDebits),
      minor(e?.heldCredits),
      e?.debitCount ?? 0,
      e?.creditCount ?? 0,
      e?.refusedCount ?? 0,
      e?.version ?? 0,
      overCaptureBps === null ? null : Number(overCaptureBps),
      limits as LimitRow[] | null,
      stepUp as string | null,
      pools === null ? null : String(pools).slice(1, -1).split(',').map(Number),
    ];
  }
}

/** When the day and the month of India began around a moment. */
function startsOf(at: number): { readonly day: number; readonly month: number } {
  const local = new Date((at + 19_800_000_000) / 1000).toISOString();
  return {
    day: defined(istDay(local.slice(0, 10)), 'a day').start,
    month: defined(istDay(`${local.slice(0, 7)}-01`), 'a day').start,
  };
}
