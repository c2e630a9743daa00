/**
 * A whole engine on a test's own database, and callers for it: use cases run as the adapters run them, input parsed.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from '../../src/db/connect.ts';
import type { DatabaseOptions } from '../../src/db/postgres-url.ts';
import { AuditStore } from '../../src/engine/audit/store.ts';
import { keyCheckValue, type LinkKey } from '../../src/engine/batch-rows.ts';
import type { Actor } from '../../src/engine/command.ts';
import { customerStore } from '../../src/engine/customers/store.ts';
import { DenialCount } from '../../src/engine/denials/denial-count.ts';
import type { ReadAhead } from '../../src/engine/look-ahead.ts';
import { hashingOverloaded } from '../../src/engine/operators/desk.ts';
import { operatorStore } from '../../src/engine/operators/store.ts';
import { POSTER_DEFAULTS, type PosterOptions } from '../../src/engine/poster-options.ts';
import { Posters } from '../../src/engine/posters.ts';
import { Reads } from '../../src/engine/reads.ts';
import type { Answer } from '../../src/engine/render.ts';
import { rowKeyOf } from '../../src/engine/row-mac.ts';
import { postingSession } from '../../src/engine/store.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { assert, defined } from '../../src/kernel/assert.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { INSTALLATION_LEDGER, parseId, parseLedgerId } from '../../src/kernel/id.ts';
import { identityMachine } from '../../src/platform/identity-machine.ts';
import { freshDatabase, type TestDatabase, testPool } from './cluster.ts';

export type UseCaseName = (typeof USE_CASES)[number]['name'];
export type Body = Record<string, unknown>;

export interface Page {
  readonly data: Body[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
  readonly previous_cursor: string | null;
}

export interface Options {
  readonly key?: string;
  readonly actor?: Actor;
  readonly ledgerId?: number;
}

export interface TestEngine {
  readonly database: TestDatabase;
  readonly engine: Engine;
  readonly linkKey: LinkKey;
  readonly ledgerId: number;
  readonly shell: Actor;
  /** Runs a use case in the test's ledger, at the shell and under a new key unless told otherwise. */
  run(name: UseCaseName, input?: Body, options?: Options): Promise<Answer>;
  /** Runs a query and holds its answer against the output that the use case promises. */
  read(name: UseCaseName, input?: Body, ledgerId?: number): Promise<Body>;
  /** As `read`, for a list. */
  list(name: UseCaseName, input?: Body): Promise<Page>;
  /** One leg in INR from debit to credit. */
  pay(debit: string, credit: string, amount: string, more?: Body): Promise<Answer>;
  /** Creates an API key and answers the actor that holds it. */
  client(client: string, scopes: readonly string[]): Promise<Actor>;
  createLedger(name: string, sandbox?: boolean): Promise<number>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** Puts something between posting and the database: how it is reached then, asked at every connection. */
  readonly postingVia?: (serve: DatabaseOptions) => Promise<() => DatabaseOptions>;
  readonly posting?: Partial<PosterOptions>;
  /** What use cases and sessions go by; posting goes by the database's. */
  readonly clock?: Clock;
}

/** As by default (config.ts). */
export const FACTOR_WAIT_SECONDS = 12 * 3600;

const SHELL: Actor = { name: 'shell:test', client: 'shell', apiKey: undefined };
const silent = { info: () => {}, warn: () => {}, fatal: () => {} };

export async function openTestEngine({
  postingVia = async (serve) => () => serve,
  posting = {},
  clock = systemClock,
}: EngineOptions = {}): Promise<TestEngine> {
  const database = await freshDatabase();
  const pool: Sql = testPool(database.serve);
  const reads = new Reads(pool);
  const linkKey = { version: 1, secret: randomBytes(32), installation: await reads.installation() };
  await reads.registerLinkKey(linkKey.version, keyCheckValue(linkKey));
  const reach = await postingVia(database.serve);
  const openSession = (ledgerId: number) => postingSession(reach(), ledgerId);
  const readAhead: ReadAhead = (ledgerId, wanted) => reads.states(ledgerId, wanted);
  const posters = new Posters(
    { clock: systemClock, linkKey, openSession, readAhead, log: silent },
    { ...POSTER_DEFAULTS, ...posting },
  );
  const machine = identityMachine(randomBytes(32), hashingOverloaded);
  const rowKey = rowKeyOf(linkKey);
  const engine = {
    posters,
    reads,
    clock,
    cursorKey: randomBytes(32),
    rowKey,
    operators: {
      store: operatorStore(pool, rowKey),
      machine,
    },
    denials: new DenialCount(clock, randomBytes(32)),
    customers: { store: customerStore(pool, rowKey), machine, waitSeconds: FACTOR_WAIT_SECONDS },
    audit: { store: new AuditStore(pool), installation: linkKey.installation },
  };

  const runIn = (defaultLedger: number): TestEngine['run'] => {
    return async (name, input = {}, { key = randomUUID(), actor = SHELL, ledgerId = defaultLedger } = {}) => {
      const useCase = defined(
        USE_CASES.find((candidate) => candidate.name === name),
        `use case ${name}`,
      );
      const call = { actor, ledgerId, requestId: `req_${randomUUID()}`, idempotencyKey: key };
      const run = useCase.run as (engine: Engine, call: unknown) => Promise<Answer>;
      return run(engine, { ...call, input: useCase.input.parse(input) });
    };
  };
  const createLedger = async (name: string, sandbox = false): Promise<number> => {
    const { body } = await runIn(INSTALLATION_LEDGER)('ledger.create', { name, sandbox });
    return defined(parseLedgerId(String(body['id'])), 'a new ledger has an id');
  };
  const ledgerId = await createLedger('test');
  const run = runIn(ledgerId);
  const read: TestEngine['read'] = async (name, input = {}, ofLedger = ledgerId) => {
    const { status, body, replayed } = await run(name, input, { ledgerId: ofLedger });
    assert(status === 200 && !replayed, `${name} answers anew`);
    USE_CASES.find((useCase) => useCase.name === name)?.output.parse(body);
    return body;
  };
  return {
    database,
    engine,
    linkKey,
    ledgerId,
    shell: SHELL,
    run,
    read,
    list: async (name, input) => (await read(name, input)) as unknown as Page,
    pay: (debit, credit, amount, more = {}) =>
      run('transfer.create', { legs: [{ debit, credit, amount, currency: 'INR' }], ...more }),
    createLedger,
    client: async (client, scopes) => {
      const { body } = await run('key.create', { client, scopes });
      const name = String(body['id']);
      return { name, client, apiKey: defined(parseId('key', ledgerId, name), 'a new key has an id') };
    },
    stop: async () => {
      await posters.stop(1000);
      await pool.end({ timeout: 5 });
      await database.drop();
    },
  };
}
