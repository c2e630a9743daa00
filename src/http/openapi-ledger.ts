/**
 * A small ledger in memory, on which the examples of the OpenAPI document are really carried out: the same use cases,
 * the same fold, the same rendering, at a fixed time. So an example cannot say what the engine would not.
 */
import { isTransferType, parseEvent } from '../audit/event.ts';
import type { Actor, UpdateAccount } from '../engine/command.ts';
import { makeItem } from '../engine/command.ts';
import { foldBatch } from '../engine/fold.ts';
import type { PresentHold, PresentReversals } from '../engine/hold-view.ts';
import { learnOriginals } from '../engine/learn.ts';
import type { Posters } from '../engine/posters.ts';
import type { ListedEntry, Period, Reads } from '../engine/reads.ts';
import type { PresentSchedule } from '../engine/reads-schedule.ts';
import { LedgerState } from '../engine/state.ts';
import type { Engine, UseCase } from '../engine/use-case.ts';
import { wantedOriginals } from '../engine/wanted.ts';
import type { Scope } from '../identity/api-key.ts';
import { assert, defined } from '../kernel/assert.ts';
import { parseMicros } from '../kernel/clock.ts';
import { formatId, parseId } from '../kernel/id.ts';
import { TOTAL_MINOR_MAX } from '../kernel/money.ts';
import { NO_TOTALS } from '../ledger/account.ts';
import { type Entry, legOfPosition, numberOfPosition } from '../ledger/transfer.ts';
import type { Authenticated } from './authenticate.ts';
import type { ExampleHold } from './openapi-holds.ts';
import { ExamplePeriods } from './openapi-periods.ts';
import { ExamplePools } from './openapi-pools.ts';
import type { ExampleReversals } from './openapi-reversals.ts';
import type { ExampleSchedules } from './openapi-schedules.ts';
import { childrenOf, rollUp } from './openapi-tree.ts';

export const EXAMPLE_REQUEST_ID = 'req_0123456789abcdefghij';
export const EXAMPLE_OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const LEDGER_ID = 680_145_282;
const API_KEY = 99;
const STARTED_AT = defined(parseMicros('2026-11-02T09:30:00Z'), 'a time');
const STEP_MICROS = 1_000_000;
const HOLD_SECONDS = 604_800;

/** What a banking app has, so not transfers:unrestricted; and those of adjustments and closes. */
const CLIENT_SCOPES = [
  'accounts:read',
  'accounts:write',
  'transfers:read',
  'transfers:write',
  'transfers:reverse',
  'transfers:adjust',
  'periods:close',
] as const;

export const exampleCaller: Authenticated = {
  actor: { name: formatId('key', LEDGER_ID, API_KEY), client: 'banking-app', apiKey: API_KEY },
  ledgerId: LEDGER_ID,
  scopes: CLIENT_SCOPES,
  sandbox: false,
  allows: undefined,
  rate: undefined,
};

const shell: Actor = { name: 'shell:operator', client: 'shell', apiKey: undefined };
type AskedFor =
  | 'account'
  | 'accountCodes'
  | 'accountPeriod'
  | 'accounts'
  | 'accountTree'
  | 'clock'
  | 'entries'
  | 'event'
  | 'hold'
  | 'schedules'
  | 'listLedgers'
  | 'reversals'
  | 'statementPage'
  | 'transfers';

interface Numbers {
  readonly first: number;
  readonly last: number;
}

interface StatementData {
  readonly legs?: readonly { readonly debit: string; readonly credit: string }[];
  readonly reference?: string;
}

interface Stored {
  readonly number: number;
  readonly at: number;
  readonly type: string;
  readonly body: string;
}

export class ExampleLedger {
  readonly #state = new LedgerState(LEDGER_ID);
  readonly periods = new ExamplePeriods(this.#state);
  readonly pools = new ExamplePools(this.#state, (...asked) => this.#post(...asked));
  readonly #events: Stored[] = [];
  /** Ids by what stands in the way of a capture. */
  holds: Readonly<Record<ExampleHold, string>> | undefined;
  /** Ids by what stands in the way of a reversal. */
  reversals: ExampleReversals | undefined;
  /** Ids by what stands in the way of a cancellation. */
  schedules: ExampleSchedules | undefined;
  readonly #entries: Entry[] = [];
  #at = STARTED_AT;

  /** What the use cases ask of an engine; nothing here touches a database. */
  get engine(): Engine {
    return {
      posters: { submit: this.#submit, halted: [] } as unknown as Posters,
      reads: { ...this.#reads(), periods: this.periods.reads, pools: this.pools.reads } as unknown as Reads,
      clock: { nowMicros: () => this.#at, monotonicMs: () => 0 },
      cursorKey: Buffer.alloc(32),
      rowKey: Buffer.alloc(32),
      // No example of theirs is carried out.
      operators: { store: {} } as unknown as Engine['operators'],
      denials: {} as Engine['denials'],
      ...({ customers: { store: {} }, audit: {} } as unknown as Pick<Engine, 'customers' | 'audit'>),
    };
  }

  readonly #submit: Posters['submit'] = (_, items) => {
    this.#at += STEP_MICROS;
    // Memory holds everything but which numbers are transfers without a hold.
    this.#state.noteNotHeld(
      this.#events.flatMap(({ number, type }) =>
        isTransferType(type) && !this.#state.holds.has(number) ? [number] : [],
      ),
    );
    learnOriginals(
      this.#state,
      wantedOriginals(this.#state, items).flatMap((id) => {
        const body = this.#events[id - 1]?.body;
        return body === undefined ? [] : [[id, body, null, id] as const];
      }),
    );
    const { rows, results } = foldBatch(this.#state, this.#events.length, this.#at, items);
    for (const { type, body } of rows.events)
      this.#events.push({ number: this.#events.length + 1, at: this.#at, type, body });
    this.#entries.push(...rows.entries);
    this.periods.see(rows, this.#at);
    this.pools.see(rows);
    return results.map((result) => Promise.resolve(result));
  };

  #reads(): Omit<Pick<Reads, AskedFor>, 'schedules'> & {
    schedules: Pick<Reads['schedules'], 'present'>;
    tree: Pick<Reads['tree'], 'children'>;
  } {
    const state = this.#state;
    const known = (account: number) => state.accounts.get(account);
    return {
      account: async (_, { id, code }) => state.accounts.get(id ?? state.codes.get(code ?? '') ?? 0),
      accounts: async (_, __, { count }) => ({
        rows: [...state.accounts.values()].reverse().slice(0, count),
        examinedTo: null,
      }),
      accountTree: async (_, { under, depth }) => ({
        number: this.head,
        rows: rollUp([...state.accounts.values()], under, depth ?? Number.POSITIVE_INFINITY),
      }),
      tree: { children: async (_, under) => childrenOf([...state.accounts.values()], under, this.head) },
      entries: async (_, account, period, { count }) => ({
        rows: this.#within(account, this.#numbersOf(period)).reverse().slice(0, count),
        examinedTo: null,
      }),
      accountPeriod: async (_, account, period) => {
        const { first, last } = this.#numbersOf(period);
        const state = defined(known(account), 'the example asks for an account that is there');
        const totals = (number: number) => this.#within(account, { first: 1, last: number }).at(-1)?.totals;
        const asOf = (number: number) =>
          number < account ? undefined : { ...state, ...(totals(number) ?? NO_TOTALS) };
        const newestAt = this.#at;
        const openedAt = this.#events[account - 1]?.at ?? 0;
        const now = newestAt + 60 * STEP_MICROS;
        return { first, last, newestAt, now, openedAt, before: asOf(first - 1), after: asOf(last) };
      },
      statementPage: async (_, account, after, last) =>
        this.#within(account, { first: 1, last })
          .filter(({ position }) => position > after)
          .map((entry) => {
            const { data } = parseEvent(this.#events[numberOfPosition(entry.position) - 1]?.body ?? '');
            const { legs, reference = null } = data as unknown as StatementData;
            return { ...entry, reference, leg: legs?.[legOfPosition(entry.position)] ?? null };
          }),
      accountCodes: async (_, accounts) =>
        new Map(accounts.map((account) => [account, known(account)?.identity.code ?? ''])),
      clock: async () => ({ now: this.#at + 60 * STEP_MICROS, ahead: 0 }),
      hold: async (_, number) => this.#hold(number),
      reversals: async (_, number) => this.#reversalsOf(number),
      schedules: { present: async (_, number) => this.#scheduleOf(number) },
      event: async (_, number) => this.#events[number - 1]?.body ?? null,
      transfers: async (_, __, { count }) => ({
        rows: this.#events
          .filter(({ type }) => isTransferType(type))
          .reverse()
          .slice(0, count)
          .map(({ number, body }) => ({
            number,
            body,
            hold: this.#hold(number),
            reversals: this.#reversalsOf(number),
            schedule: this.#scheduleOf(number),
          })),
        examinedTo: null,
      }),
      listLedgers: async () => [
        { ledger_id: LEDGER_ID, name: 'retail', sandbox: false, created_at: STARTED_AT },
      ],
    };
  }

  /** First and last event of a time. */
  #numbersOf({ from, to }: Period): Numbers {
    const before = (at: number): number => this.#events.filter((event) => event.at < at).length;
    return { first: from === null ? 1 : before(from) + 1, last: to === null ? this.head : before(to) };
  }

  /** Entries of an account from one event to another, in order. */
  #within(account: number, { first, last }: Numbers): ListedEntry[] {
    return this.#entries.flatMap((entry) => {
      const { position, amount } = entry;
      const number = numberOfPosition(position);
      if (entry.account !== account || number < first || number > last) return [];
      const { at = 0, type = '' } = this.#events[number - 1] ?? {};
      return [{ position, at, amount, totals: entry, type, refused: false }];
    });
  }

  /** As the database tells it. */
  #hold(number: number): PresentHold | null {
    const hold = this.#state.holds.get(number);
    if (!hold) return null;
    const captures = this.#events.filter(
      ({ type, body }) =>
        type === 'transfer.capture' &&
        parseEvent(body).outcome === 'posted' &&
        parseEvent(body).data['captures'] === formatId('trf', LEDGER_ID, number),
    );
    return {
      status: hold.status,
      at: defined(this.#events[hold.changed - 1], 'its newest event').at,
      captured: hold.legs.map(({ captured }) => String(captured)),
      captures: captures.map((event) => event.number).reverse(),
    };
  }

  #reversalsOf(number: number): PresentReversals | null {
    const original = this.#state.originals.get(number);
    if (!original || original.changed === number) return null;
    const reversals = this.#events.filter(
      ({ type, body }) =>
        type === 'transfer.reverse' &&
        parseEvent(body).outcome === 'posted' &&
        parseEvent(body).data['reverses'] === formatId('trf', LEDGER_ID, number),
    );
    return {
      reversed: original.legs.map(({ reversed }) => String(reversed)),
      reversals: reversals.map((event) => event.number).reverse(),
    };
  }

  #scheduleOf(number: number): PresentSchedule | null {
    const schedule = this.#state.schedules.get(number);
    if (!schedule) return null;
    const { at, body } = defined(this.#events[schedule.changed - 1], 'its newest event');
    return { status: schedule.status, number: schedule.changed, at, code: parseEvent(body).code ?? null };
  }

  /** Number of the newest event. */
  get head(): number {
    return this.#events.length;
  }

  numberOf(code: string): number {
    return defined(this.#state.codes.get(code), `the example has an account ${code}`);
  }

  /** Adds an account as a person at the shell would; settings are the defaults unless told. */
  open(code: string, more: Partial<ExampleAccount> = {}): void {
    const { kind, currency, owner, ...settings } = { ...OWNED, ...more };
    this.#post({ type: 'account.create', code, kind, currency, owner, settings }, `open-${code}`);
  }

  fund(code: string, minor: bigint, from = 'bank-settlement', effectiveAt?: number): void {
    const leg = { debit: from, credit: code, amount: minor, currency: 'INR' };
    const dated = effectiveAt === undefined ? {} : { effectiveAt };
    const reference = 'opening-funds';
    this.#post({ type: 'transfer.create', legs: [leg], reference, ...dated }, `fund-${code}`);
  }

  /** Places a hold, ends it in one of three ways or not at all, and tells its id. */
  hold(debit: string, credit: string, end: 'none' | 'capture' | 'void' | 'time' = 'none'): string {
    const leg = { debit, credit, amount: 125_050n, currency: 'INR' };
    this.#post({ type: 'transfer.create', legs: [leg], holdSeconds: HOLD_SECONDS }, `hold-${this.head}`);
    const hold = this.head;
    if (end === 'capture') this.#post({ type: 'transfer.capture', hold, final: true }, 'end');
    if (end === 'void') this.#post({ type: 'transfer.void', hold }, 'end');
    if (end === 'time') this.#at += HOLD_SECONDS * 1_000_000;
    return formatId('trf', LEDGER_ID, hold);
  }

  /** Moves an amount and tells the id of the transfer. */
  pay(debit: string, credit: string, minor: bigint): string {
    const leg = { debit, credit, amount: minor, currency: 'INR' };
    this.#post({ type: 'transfer.create', legs: [leg] }, `pay-${this.head}`);
    return formatId('trf', LEDGER_ID, this.head);
  }

  /** Reverses a transfer to its end and tells the id of the reversal. */
  reverse(id: string): string {
    const transfer = defined(parseId('trf', LEDGER_ID, id), 'a transfer of the example');
    this.#post({ type: 'transfer.reverse', transfer }, 'all');
    return formatId('trf', LEDGER_ID, this.head);
  }

  /** Schedules a transfer, ends it in one of two ways or not at all, and tells its id. */
  schedule(debit: string, credit: string, end: 'none' | 'cancel' | 'time'): string {
    const leg = { debit, credit, amount: 125_050n, currency: 'INR' };
    const scheduledFor = this.#at + (end === 'time' ? 2 * STEP_MICROS : HOLD_SECONDS * 1_000_000);
    const transfer = { type: 'transfer.create', legs: [leg], scheduledFor } as const;
    this.#post(transfer, `schedule-${this.head}`);
    const schedule = this.head;
    if (end === 'cancel') this.#post({ type: 'transfer.cancel', schedule }, 'end');
    if (end === 'time') this.#post({ type: 'transfer.execute', schedule, transfer }, 'end');
    return formatId('trf', LEDGER_ID, schedule);
  }

  /** Closes the books, with everything carried forward. */
  close(closedUntil: number): void {
    this.#post({ type: 'period.close', closedUntil }, 'close');
    this.#post(this.periods.next, 'carry');
  }

  change(code: string, change: UpdateAccount['change']): void {
    const account = this.numberOf(code);
    this.#post({ type: 'account.update', account, currency: 'INR', change }, `change-${code}`);
  }

  /** An account that has counted as much as an account can. */
  exhaust(code: string): void {
    const account = defined(this.#state.account(code), `the example has an account ${code}`);
    account.debits = TOTAL_MINOR_MAX;
    account.credits = TOTAL_MINOR_MAX;
  }

  #post(command: Parameters<typeof makeItem>[1], key: string): void {
    this.#submit(LEDGER_ID, [makeItem(LEDGER_ID, command, shell, key, EXAMPLE_REQUEST_ID)], 0);
  }

  /** The API key that the examples use. */
  admit(more: readonly Scope[] = []): void {
    const { client } = exampleCaller.actor;
    const scopes = [...CLIENT_SCOPES, ...more];
    this.#state.apiKeys.set(API_KEY, {
      id: API_KEY,
      client,
      scopes,
      expiresAt: null,
      revoked: false,
      rotated: false,
      madeBy: shell.name,
      changed: 0,
    });
  }

  /** The example ledger is live, but for the clock and what amounts provoke. */
  makeSandbox(): void {
    this.#state.ahead = 0;
  }

  run(useCase: UseCase, input: unknown, idempotencyKey: string, ledgerId = LEDGER_ID) {
    if (useCase.name.startsWith('clock.')) this.makeSandbox();
    // Nothing that a banking app does.
    if (useCase.permission === 'accounts:unrestricted') this.admit([useCase.permission]);
    assert(useCase.input.safeParse(input).success, `the example of ${useCase.name} is a valid request`);
    const { actor } = exampleCaller;
    const parsed = useCase.input.parse(input);
    return useCase.run(this.engine, {
      actor,
      ledgerId,
      requestId: EXAMPLE_REQUEST_ID,
      input: parsed,
      idempotencyKey,
    });
  }
}

const OWNED = {
  kind: 'liability' as 'liability' | 'asset' | 'income',
  currency: 'INR',
  owner: EXAMPLE_OWNER as string | null,
  floor: 0n as bigint | null,
  ceiling: null as bigint | null,
  debitsFrozen: false,
  creditsFrozen: false,
  closed: false,
};
type ExampleAccount = typeof OWNED & { readonly overCaptureBps: number };
