/**
 * The one seeder: accounts a0, a1, … with an owner, floor 0 and their opening balance, through the use cases of the
 * engine, so that a seeded ledger verifies like any other.
 */
import type { Config } from '../src/config.ts';
import { createAccount } from '../src/engine/accounts/create-account.ts';
import { updateAccount } from '../src/engine/accounts/update-account.ts';
import { createLedger } from '../src/engine/ledgers/create-ledger.ts';
import { createPool } from '../src/engine/pools/create-pool.ts';
import { createTransfer } from '../src/engine/transfers/create-transfer.ts';
import type { Call, Caller, Engine, UseCase } from '../src/engine/use-case.ts';
import { assert, defined } from '../src/kernel/assert.ts';
import { INSTALLATION_LEDGER, parseLedgerId } from '../src/kernel/id.ts';
import { shellActor } from '../src/shell-actor.ts';
import { withEngine } from './engine/open.ts';
import { randomNumbers, uuidsV4, uuidsV7 } from './random.ts';
import { accountCode, CURRENCY, OPENING_UNITS, SEED } from './workload.ts';

const BANK = 'bank';
/** Legs of one opening transfer. */
const LEGS = 100;
/** Accounts of a pool. */
const POOLED = 20;
/** Accounts opened at once: two windows are in line, within the bound of the queue. */
const WINDOW = 2_500;
const KEYS_FROM_MS = Date.UTC(2026, 0, 1);

export const BENCH_ACTOR = shellActor('bench');

const callerOf = (ledgerId: number): Caller => ({ actor: BENCH_ACTOR, ledgerId, requestId: 'req_bench' });

/** Creates a ledger and its bank, from which all openings come. */
export async function createBenchLedger(config: Config, name: string): Promise<number> {
  return withEngine(config, async ({ engine }) => {
    const { body } = await createLedger.run(engine, {
      ...callerOf(INSTALLATION_LEDGER),
      input: { name },
      idempotencyKey: `ledger-${name}`,
    });
    const ledgerId = defined(parseLedgerId(String(body['id'])), 'a new ledger has an id');
    const bank = { code: BANK, kind: 'equity' as const, currency: CURRENCY };
    await run(engine, createAccount, ledgerId, { ...bank, ...OPEN }, 'bank');
    return ledgerId;
  });
}

const OPEN = { debits_frozen: false, credits_frozen: false };

/**
 * Opens the accounts from..to−1 and gives each its opening balance; the same call again changes nothing. While one window
 * is posted the next one is in line, so that nobody waits for anybody.
 */
export async function openAccounts(
  engine: Engine,
  ledgerId: number,
  from: number,
  to: number,
  onProgress: (done: number) => void = () => {},
): Promise<void> {
  let posted: Promise<unknown> = Promise.resolve();
  for (let start = from; start < to; start += WINDOW) {
    const next = openWindow(engine, ledgerId, start, Math.min(start + WINDOW, to));
    // Its failure is met by the next await.
    next.catch(() => {});
    await posted;
    onProgress(start);
    posted = next;
  }
  await posted;
  onProgress(to);
}

/** Puts the accounts and, behind them, what they are paid in line. */
function openWindow(engine: Engine, ledgerId: number, start: number, end: number): Promise<unknown> {
  const keys = uuidsV7(randomNumbers(SEED + start), KEYS_FROM_MS + start);
  const owners = uuidsV4(randomNumbers(SEED ^ (start + 1)));
  const commands: Promise<void>[] = [];
  for (let i = start; i < end; i++) {
    const input = { code: accountCode(i), kind: 'liability' as const, currency: CURRENCY, owner: owners() };
    commands.push(run(engine, createAccount, ledgerId, { ...input, ...OPEN }, keys()));
  }
  for (let i = start; i < end; i += LEGS) {
    const legs = Array.from({ length: Math.min(LEGS, end - i) }, (_, k) => ({
      debit: BANK,
      credit: accountCode(i + k),
      amount: `${OPENING_UNITS}.00`,
      currency: CURRENCY,
    }));
    commands.push(run(engine, createTransfer, ledgerId, { legs }, keys()));
  }
  return Promise.all(commands);
}

/** Gives each account a daily limit that no load reaches. */
export async function limitAccounts(engine: Engine, ledgerId: number, accounts: number): Promise<void> {
  const keys = uuidsV7(randomNumbers(SEED + accounts), KEYS_FROM_MS);
  const daily = { name: 'daily', direction: 'outgoing' as const, window: 'day' as const };
  const limits = [{ ...daily, amount: '1000000000.00', count: 1_000_000 }];
  for (let start = 0; start < accounts; start += WINDOW)
    await Promise.all(
      Array.from({ length: Math.min(WINDOW, accounts - start) }, (_, i) =>
        run(engine, updateAccount, ledgerId, { id: accountCode(start + i), limits }, keys(), 200),
      ),
    );
}

/** Puts every twenty accounts into a pool with a daily limit that no load reaches. */
export async function poolAccounts(engine: Engine, ledgerId: number, accounts: number): Promise<void> {
  const keys = uuidsV7(randomNumbers(SEED + accounts), KEYS_FROM_MS);
  const daily = { name: 'daily', direction: 'outgoing' as const, window: 'day' as const };
  const limits = [{ ...daily, amount: '1000000000.00', count: 100_000_000 }];
  const pools = Math.ceil(accounts / POOLED);
  // A pool waits with the weight of all that it lists.
  const window = WINDOW / POOLED;
  for (let start = 0; start < pools; start += window)
    await Promise.all(
      Array.from({ length: Math.min(window, pools - start) }, (_, i) => {
        const first = (start + i) * POOLED;
        const codes = Array.from({ length: Math.min(POOLED, accounts - first) }, (__, n) =>
          accountCode(first + n),
        );
        const input = { name: `pool-${start + i}`, currency: CURRENCY, accounts: codes, limits };
        return run(engine, createPool, ledgerId, input, keys());
      }),
    );
}

/** How many transfers open so many accounts. */
export function openingTransfers(accounts: number): number {
  let count = 0;
  for (let start = 0; start < accounts; start += WINDOW)
    count += Math.ceil(Math.min(WINDOW, accounts - start) / LEGS);
  return count;
}

async function run<I>(
  engine: Engine,
  useCase: UseCase<I>,
  ledgerId: number,
  input: I,
  key: string,
  expected = 201,
): Promise<void> {
  const call: Call<I> = { ...callerOf(ledgerId), input, idempotencyKey: key };
  const { status } = await useCase.run(engine, call);
  assert(status === expected, `${useCase.name} is done`);
}
