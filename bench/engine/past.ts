/**
 * What the past of an account costs in a long history: medians of an account as of a random moment, and of a statement of
 * its newest entries from head to end, one after the other through the use cases that answer requests.
 */
import { loadConfig } from '../../src/config.ts';
import { getAccount } from '../../src/engine/accounts/get-account.ts';
import { getStatement } from '../../src/engine/accounts/get-statement.ts';
import { listEntries } from '../../src/engine/accounts/list-entries.ts';
import type { Engine, UseCase } from '../../src/engine/use-case.ts';
import { assert, defined } from '../../src/kernel/assert.ts';
import { formatMicros, parseMicros } from '../../src/kernel/clock.ts';
import { randomNumbers } from '../random.ts';
import { BENCH_ACTOR } from '../seed.ts';
import { median } from '../statistics.ts';
import { accountCode, type BenchLedger, SEED } from '../workload.ts';
import { withEngine } from './open.ts';

const SAMPLES = 500;
const WARM_UP = 100;
/** The same in a short history and in a long one: what grows is what lies before them. */
const STATEMENT_ENTRIES = 5;

export type PastFigures = Readonly<Record<'asOfMicros' | 'statementMicros', number>>;

export function measurePast(ledger: BenchLedger, accounts: number): Promise<PastFigures> {
  const config = loadConfig(ledger.environment);
  assert(config.ok, 'the environment of a ledger is complete');
  return withEngine(config.value, ({ engine }) => sample(engine, ledger.ledgerId, accounts));
}

async function sample(engine: Engine, ledgerId: number, accounts: number): Promise<PastFigures> {
  const next = randomNumbers(SEED);
  const ask = <I>(useCase: UseCase<I>, input: Readonly<Record<string, string>>) =>
    useCase.run(engine, {
      actor: BENCH_ACTOR,
      ledgerId,
      requestId: 'req_bench',
      input: useCase.input.parse(input),
      idempotencyKey: '',
    });
  const timesOf = async (id: string, order: string, limit: number): Promise<number[]> => {
    const { body } = await ask(listEntries, { id, order, limit: String(limit) });
    return (body['data'] as { at: string }[]).map(({ at }) => defined(parseMicros(at), 'a time'));
  };
  const asOf: number[] = [];
  const statement: number[] = [];
  for (let i = -WARM_UP; i < SAMPLES; i++) {
    const id = accountCode(next() % accounts);
    const [first = 0] = await timesOf(id, 'asc', 1);
    const newest = await timesOf(id, 'desc', STATEMENT_ENTRIES);
    const span = (newest[0] ?? first) - first;
    const at = formatMicros(first + Math.floor((next() / 2 ** 32) * span));
    const from = formatMicros(newest.at(-1) ?? first);
    const startedMs = performance.now();
    await ask(getAccount, { id, at });
    const betweenMs = performance.now();
    const { parts } = await ask(getStatement, { id, from });
    let text = '';
    for await (const part of defined(parts, 'a statement comes in parts').text) text += part;
    const endedMs = performance.now();
    const told = (JSON.parse(text) as { entries: unknown[] }).entries.length;
    assert(told >= newest.length, 'a statement has the entries of its period');
    if (i < 0) continue;
    asOf.push((betweenMs - startedMs) * 1000);
    statement.push((endedMs - betweenMs) * 1000);
  }
  return { asOfMicros: median(asOf), statementMicros: median(statement) };
}
