/** One ledger in a sandbox and two processes that post to it: a bank, and two customers of whom one has 1000.00. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import type { Actor } from '../../src/engine/command.ts';
import type { Posters } from '../../src/engine/posters.ts';
import type { Answer } from '../../src/engine/render.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { testPool } from './cluster.ts';
import {
  type Body,
  type EngineOptions,
  openTestEngine,
  type TestEngine,
  type UseCaseName,
} from './engine.ts';
import { anotherProcess } from './processes.ts';

export const legsOf = (debit: string, credit: string, amount: string) => [
  { debit, credit, amount, currency: 'INR' },
];
export const codeOf = ({ body }: Answer): string => String(body['code'] ?? 'done');

export const countsOf = (answers: readonly Answer[]): Record<string, number> => {
  const all: Record<string, number> = {};
  for (const answer of answers) all[codeOf(answer)] = (all[codeOf(answer)] ?? 0) + 1;
  return all;
};

export class TwoProcesses {
  readonly bahi: TestEngine;
  readonly first: Engine;
  readonly second: Engine;
  readonly admin: Sql;
  readonly #others: Posters;
  ledgerId = 0;
  #turn = 0;

  private constructor(bahi: TestEngine) {
    this.bahi = bahi;
    this.#others = anotherProcess(bahi);
    this.first = bahi.engine;
    this.second = { ...bahi.engine, posters: this.#others };
    this.admin = testPool(bahi.database.admin, 1);
  }

  static async open(options: EngineOptions = {}): Promise<TwoProcesses> {
    return new TwoProcesses(await openTestEngine(options));
  }

  async stop(): Promise<void> {
    await this.#others.stop(1000);
    await this.admin.end({ timeout: 5 });
    await this.bahi.stop();
  }

  /** A new ledger; what is answered holds it against the verifier. */
  async begin(): Promise<() => Promise<void>> {
    this.ledgerId = await this.bahi.createLedger(randomUUID(), true);
    await this.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
    const owner = randomUUID();
    for (const code of ['payer', 'payee'])
      await this.run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0', owner });
    await this.pay('bank', 'payer', '1000.00');
    return () => this.expectSound();
  }

  async expectSound(): Promise<void> {
    const { admin, bahi, ledgerId } = this;
    expect((await verifyLedger({ sql: admin, linkKey: bahi.linkKey, ledgerId })).problems).toEqual([]);
  }

  /** Now the one, now the other. */
  next(): Engine {
    return this.#turn++ % 2 === 0 ? this.first : this.second;
  }

  by(engine: Engine, name: UseCaseName, input: Body, actor: Actor = this.bahi.shell): Promise<Answer> {
    const useCase = USE_CASES.find((one) => one.name === name);
    if (!useCase) throw new Error(`no use case ${name}`);
    const run = useCase.run as (engine: Engine, call: unknown) => Promise<Answer>;
    const ids = { requestId: `req_${randomUUID()}`, idempotencyKey: randomUUID() };
    return run(engine, { actor, ledgerId: this.ledgerId, ...ids, input: useCase.input.parse(input) });
  }

  run(name: UseCaseName, input: Body): Promise<Answer> {
    return this.by(this.first, name, input);
  }

  pay(debit: string, credit: string, amount: string, more: Body = {}, engine = this.first): Promise<Answer> {
    return this.by(engine, 'transfer.create', { legs: legsOf(debit, credit, amount), ...more });
  }

  async posted(id: string): Promise<unknown> {
    return ((await this.bahi.read('account.get', { id }, this.ledgerId))['balances'] as Body)['posted'];
  }
}
