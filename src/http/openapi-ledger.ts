/**
 * A small ledger in memory, on which the examples of the OpenAPI document are really carried out: the same use cases,
 * the same fold, the same rendering, at a fixed time. So an example cannot say what the engine would not.
 */
import type { Actor } from '../engine/command.ts';
import { makeItem } from '../engine/command.ts';
import { foldBatch } from '../engine/fold.ts';
import type { Posters } from '../engine/posters.ts';
import type { ListedEntry, Reads } from '../engine/reads.ts';
import { LedgerState } from '../engine/state.ts';
import type { Engine, UseCase } from '../engine/use-case.ts';
import { assert, defined } from '../kernel/assert.ts';
import { parseMicros } from '../kernel/clock.ts';
import { formatId } from '../kernel/id.ts';
import { TOTAL_MINOR_MAX } from '../kernel/money.ts';
import type { Entry } from '../ledger/transfer.ts';
import type { Authenticated } from './authenticate.ts';
import { rollUp } from './openapi-tree.ts';

export const EXAMPLE_REQUEST_ID = 'req_0123456789abcdefghij';
export const EXAMPLE_OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const LEDGER_ID = 680_145_282;
const API_KEY = 99;
const STARTED_AT = defined(parseMicros('2026-11-02T09:30:00Z'), 'a time');
const STEP_MICROS = 1_000_000;

/** Holds the scopes that a banking app has, so not transfers:unrestricted. */
export const exampleCaller: Authenticated = {
  actor: { name: formatId('key', LEDGER_ID, API_KEY), client: 'banking-app', apiKey: API_KEY },
  ledgerId: LEDGER_ID,
  scopes: ['accounts:read', 'accounts:write', 'transfers:read', 'transfers:write'],
};

const shell: Actor = { name: 'shell:operator', client: 'shell', apiKey: undefined };

interface Stored {
  readonly number: number;
  readonly at: number;
  readonly type: string;
  readonly body: string;
}

export class ExampleLedger {
  readonly #state = new LedgerState(LEDGER_ID);
  readonly #events: Stored[] = [];
  readonly #entries: Entry[] = [];
  #at = STARTED_AT;

  /** What the use cases ask of an engine; nothing here touches a database. */
  get engine(): Engine {
    return {
      posters: { submit: this.#submit, halted: [] } as unknown as Posters,
      reads: this.#reads() as unknown as Reads,
      clock: { nowMicros: () => this.#at, monotonicMs: () => 0 },
      cursorKey: Buffer.alloc(32),
    };
  }

  readonly #submit: Posters['submit'] = (_, items) => {
    this.#at += STEP_MICROS;
    const { rows, results } = foldBatch(this.#state, this.#events.length, this.#at, items);
    for (const { type, body } of rows.events)
      this.#events.push({ number: this.#events.length + 1, at: this.#at, type, body });
    this.#entries.push(...rows.entries);
    return results.map((result) => Promise.resolve(result));
  };

  #reads(): Pick<
    Reads,
    'account' | 'accounts' | 'accountTree' | 'entries' | 'event' | 'transfers' | 'listLedgers'
  > {
    const state = this.#state;
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
      entries: async (_, account, { count }) => ({
        rows: this.#entries
          .filter((entry) => entry.account === account)
          .reverse()
          .slice(0, count)
          .map(this.#listed),
        examinedTo: null,
      }),
      event: async (_, number) => this.#events[number - 1]?.body ?? null,
      transfers: async (_, __, { count }) => ({
        rows: this.#events
          .filter(({ type }) => type === 'transfer.create')
          .reverse()
          .slice(0, count),
        examinedTo: null,
      }),
      listLedgers: async () => [{ ledger_id: LEDGER_ID, name: 'retail', created_at: STARTED_AT }],
    };
  }

  readonly #listed = (entry: Entry): ListedEntry => {
    const event = this.#events[Math.floor(entry.position / 256) - 1];
    return { position: entry.position, at: event?.at ?? 0, amount: entry.amount, totals: entry };
  };

  /** Number of the newest event. */
  get head(): number {
    return this.#events.length;
  }

  numberOf(code: string): number {
    return defined(this.#state.codes.get(code), `the example has an account ${code}`);
  }

  /** Adds an account as a person at the shell would; settings are the defaults unless told. */
  open(code: string, more: Partial<ExampleAccount> = {}): void {
    const { kind, currency, owner, floor, ceiling, debitsFrozen, creditsFrozen, closed } = {
      ...OWNED,
      ...more,
    };
    const settings = { floor, ceiling, debitsFrozen, creditsFrozen, closed };
    this.#post({ type: 'account.create', code, kind, currency, owner, settings }, `open-${code}`);
  }

  fund(code: string, minor: bigint, from = 'bank-settlement'): void {
    const leg = { debit: from, credit: code, amount: minor, currency: 'INR' };
    this.#post({ type: 'transfer.create', legs: [leg], reference: 'opening-funds' }, `fund-${code}`);
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
  admit(): void {
    const { client } = exampleCaller.actor;
    const scopes = exampleCaller.scopes;
    this.#state.apiKeys.set(API_KEY, {
      id: API_KEY,
      client,
      scopes,
      expiresAt: null,
      revoked: false,
      changed: 0,
    });
  }

  run(useCase: UseCase, input: unknown, idempotencyKey: string, ledgerId = LEDGER_ID) {
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
  kind: 'liability' as 'liability' | 'asset',
  currency: 'INR',
  owner: EXAMPLE_OWNER as string | null,
  floor: 0n as bigint | null,
  ceiling: null as bigint | null,
  debitsFrozen: false,
  creditsFrozen: false,
  closed: false,
};
type ExampleAccount = typeof OWNED;

/** A bank's settlement account, two funded customers, and an account for every refusal. */
export function exampleLedger(): ExampleLedger {
  const ledger = new ExampleLedger();
  ledger.admit();
  ledger.open('bank-settlement', { kind: 'asset', owner: null, floor: null });
  ledger.open('branches:mumbai', { kind: 'asset', owner: null, floor: null });
  ledger.open('branches:mumbai:atm-17', { kind: 'asset', owner: null, floor: null });
  ledger.open('savings-no-debits', { debitsFrozen: true });
  ledger.open('savings-no-credits', { creditsFrozen: true });
  ledger.open('savings-closed', { closed: true });
  ledger.open('wallet-capped', { ceiling: 10_000n });
  ledger.open('savings-worn');
  ledger.exhaust('savings-worn');
  ledger.open('savings-9c21');
  ledger.open('savings-7f3a');
  ledger.fund('savings-9c21', 25_000n, 'branches:mumbai:atm-17');
  ledger.fund('savings-7f3a', 500_000n);
  return ledger;
}
