/** What may become of the books: the diagram of ledger/period.ts against the fold, every state with every action. */
import { describe, expect, test } from 'vitest';
import { emptyRows } from '../../src/engine/batch-rows.ts';
import { type Command, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { ENGINE } from '../../src/engine/sweeper.ts';
import { type BooksStatus, statusOf } from '../../src/ledger/period.ts';
import { SHELL } from '../support/arbitrary-commands.ts';
import { diagramOf } from '../support/diagram.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const CLOSE = 1;

/** A ledger whose books are in a state, folded one command a batch. */
class Books {
  readonly state = new LedgerState(LEDGER);
  head = 0;
  rows = emptyRows();
  #closed = 0;

  constructor(status: BooksStatus) {
    if (status !== 'open') this.close();
    if (status === 'carried') this.carry(true);
    expect(this.status).toBe(status);
  }

  get status(): BooksStatus {
    return statusOf(this.state.books);
  }

  /** The state that it leads to, or the code that refuses it. */
  fold(command: Command): string {
    const actor = command.type === 'period.carry' ? ENGINE : SHELL;
    const items = [makeItem(LEDGER, command, actor, `k${this.head}-${command.type}`, 'req')];
    const { rows, results } = foldBatch(this.state, this.head, AT, items);
    this.rows = rows;
    this.head += rows.events.length;
    const [result] = results;
    if (result?.kind === 'failed') return result.code;
    return result?.result.code || this.status;
  }

  /** Of a moment behind all closes before. */
  close(): string {
    return this.fold({ type: 'period.close', closedUntil: AT - 1000 + ++this.#closed });
  }

  carry(last: boolean): string {
    const [period, after] = [this.state.books?.period ?? CLOSE, this.state.books?.carriedTo ?? 0];
    return this.fold({ type: 'period.carry', period, after, upTo: after + 1, rows: [], last });
  }
}

const DIAGRAM = diagramOf('period');
const STATUSES = ['open', 'carrying', 'carried'] as const satisfies readonly BooksStatus[];
const ACTIONS = {
  close: (from: BooksStatus) => [new Books(from).close()],
  carry: (from: BooksStatus) => [false, true].map((last) => new Books(from).carry(last)),
} as const;
type Action = keyof typeof ACTIONS;
const cases = STATUSES.flatMap((from) =>
  (Object.keys(ACTIONS) as Action[]).map((action) => [from, action] as const),
);

describe('the diagram', () => {
  test('has these transitions and no other state', () => {
    expect([...DIAGRAM.keys()]).toEqual(['open close', 'carrying carry', 'carried close']);
    expect([...new Set([...DIAGRAM.values()].flat()), 'open'].sort()).toEqual([...STATUSES].sort());
  });

  test.each(cases)('from %s by %s leads where the fold leads, and nowhere else', (from, action) => {
    const otherwise = action === 'close' ? 'period_carrying' : 'not_found';
    expect([...new Set(ACTIONS[action](from))]).toEqual(DIAGRAM.get(`${from} ${action}`) ?? [otherwise]);
  });

  test.each(cases.filter(([from, action]) => !DIAGRAM.has(`${from} ${action}`)))(
    'from %s a %s changes nothing',
    (from, action) => {
      const of = new Books(from);
      const before = structuredClone(of.state.books);
      if (action === 'close') of.close();
      else of.carry(true);
      expect(of.state.books).toEqual(before);
      const { periods, carried, progress } = of.rows.rare;
      expect([of.rows.entries, periods, carried, progress]).toEqual([[], [], [], []]);
    },
  );
});
