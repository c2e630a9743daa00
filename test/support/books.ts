/** A ledger whose books a test closes: one of its own, since they are closed once. */
import { randomUUID } from 'node:crypto';
import { carryNext } from '../../src/engine/periods/carrier.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { formatMicros } from '../../src/kernel/clock.ts';
import { testPool } from './cluster.ts';
import type { Body, TestEngine } from './engine.ts';

const newRequestId = (): string => `req_${randomUUID()}`;

export class Books {
  readonly ledgerId: number;
  readonly #bahi: TestEngine;

  constructor(bahi: TestEngine, ledgerId: number) {
    this.#bahi = bahi;
    this.ledgerId = ledgerId;
  }

  /** With an account of each code, and `cash` that all may be paid from. */
  static async open(bahi: TestEngine, ...codes: string[]): Promise<Books> {
    const books = new Books(bahi, await bahi.createLedger(`books-${randomUUID()}`));
    await books.run('account.create', { code: 'cash', kind: 'asset', currency: 'INR' });
    for (const code of codes) await books.run('account.create', { code, kind: 'liability', currency: 'INR' });
    return books;
  }

  run(name: Parameters<TestEngine['run']>[0], input: Body, key: string = randomUUID()) {
    return this.#bahi.run(name, input, { ledgerId: this.ledgerId, key });
  }

  pay(debit: string, credit: string, amount: string, effective?: number) {
    const legs = [{ debit, credit, amount, currency: 'INR' }];
    return this.run('transfer.create', {
      legs,
      ...(effective === undefined ? {} : { effective_at: formatMicros(effective) }),
    });
  }

  close(until: number, key?: string) {
    return this.run('period.close', { closed_until: formatMicros(until) }, key);
  }

  /** Some accounts an event, as often as is told, or until nothing is left; how often it was. */
  async carry(accounts = 2, times = Number.POSITIVE_INFINITY, engine = this.#bahi.engine): Promise<number> {
    let done = 0;
    while (done < times && (await carryNext({ engine, newRequestId }, this.ledgerId, accounts)) !== undefined)
      done++;
    return done;
  }

  async posted(id: string, effective: number, known?: number): Promise<string> {
    const { balances } = await this.#bahi.read(
      'account.get',
      {
        id,
        effective_at: formatMicros(effective),
        ...(known === undefined ? {} : { known_at: formatMicros(known) }),
      },
      this.ledgerId,
    );
    return String((balances as Body)['posted']);
  }

  async newest(): Promise<Body> {
    const { data } = await this.#bahi.read('period.list', { limit: 1 }, this.ledgerId);
    return (data as Body[])[0] as Body;
  }

  /** Balances that a close carried forward, by code. */
  async carried(id: unknown): Promise<Record<string, unknown>> {
    const all: Record<string, unknown> = {};
    let cursor: string | null = null;
    do {
      const page: Body = await this.#bahi.read(
        'period.balances',
        { id, limit: 2, ...(cursor === null ? {} : { cursor }) },
        this.ledgerId,
      );
      for (const { code, balance } of page['data'] as Body[]) all[String(code)] = balance;
      cursor = page['next_cursor'] as string | null;
    } while (cursor !== null);
    return all;
  }

  async problems(): Promise<unknown> {
    const sql = testPool(this.#bahi.database.serve, 1);
    const { problems } = await verifyLedger({ sql, linkKey: this.#bahi.linkKey, ledgerId: this.ledgerId });
    await sql.end({ timeout: 5 });
    return problems;
  }
}
