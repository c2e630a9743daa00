/** The second books of four eyes: whatever the fold writes against the diagram is found. */
import { expect, test } from 'vitest';
import { type BatchRows, emptyRows } from '../../src/engine/batch-rows.ts';
import { type Actor, type AdjustTransfer, type Command, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { approvalItem } from '../../src/engine/proposals/approval.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import { ProposalBooks } from '../../src/engine/verify/proposal-books.ts';
import { defined } from '../../src/kernel/assert.ts';
import { shellActor } from '../../src/shell-actor.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const DAY_MICROS = 86_400_000_000;
const [asha, ravi] = [shellActor('asha'), shellActor('ravi')];
const adjustment: AdjustTransfer = {
  type: 'transfer.adjust',
  legs: [{ debit: 'a', credit: 'b', amount: 400n, currency: 'INR' }],
  reason: 'fix',
};

/** Policy, proposal, approval, another proposal and its rejection, a batch each: events 1 to 5. */
function batches(): BatchRows[] {
  const state = new LedgerState(LEDGER);
  let head = 0;
  const fold = (item: ReturnType<typeof makeItem>): BatchRows => {
    const { rows } = foldBatch(state, head, AT + head, [item]);
    expect(rows.events).toHaveLength(1);
    head++;
    return rows;
  };
  const item = (command: Command, actor: Actor) => makeItem(LEDGER, command, actor, `k${head}`, 'req');
  const proposed = item(adjustment, asha);
  return [
    fold(item({ type: 'policy.set', rules: [{ action: 'adjustment' }], expirySeconds: 86_400 }, asha)),
    fold(proposed),
    fold(approvalItem(LEDGER, adjustment, { proposal: 2, hash: proposed.fingerprint }, ravi, 'k', 'req')),
    fold(item(adjustment, asha)),
    fold(item({ type: 'proposal.reject', proposal: 4 }, asha)),
  ];
}

function problemsOf(all: readonly BatchRows[], at = AT): readonly string[] {
  const problems = new Problems();
  const books = new ProposalBooks(LEDGER, problems);
  for (const [i, rows] of all.entries()) books.see(rows, i < 2 ? AT : at);
  return problems.shown.map(({ subject, expected, found }) => `${subject}: ${expected}, ${found}`);
}

/** The batches with one of them changed. */
const changed = (i: number, change: (rows: BatchRows) => void): BatchRows[] => {
  const all = batches();
  change(defined(all[i], 'a batch'));
  return all;
};
const edit = (rows: BatchRows, from: string, to: string): void => {
  const event = defined(rows.events[0], 'an event');
  expect(event.body).toContain(from);
  rows.events[0] = { ...event, body: event.body.replace(from, to) };
};
const FIRST = 'proposal prp_0000007000000002';

test('what the fold writes is as it should be', () => {
  expect(problemsOf(batches())).toEqual([]);
});

test('an approval at the end is late, one a moment before is not', () => {
  expect(problemsOf(batches().slice(0, 3), AT + DAY_MICROS)).toEqual([]);
  const late = problemsOf(batches().slice(0, 3), AT + DAY_MICROS + 1);
  expect(late).toEqual([`${FIRST}: decided at: before ${AT + DAY_MICROS + 1}, ${AT + DAY_MICROS + 1}`]);
});

test('what needs a second person and names no proposal is found', () => {
  const all = changed(2, (rows) => {
    edit(rows, ',"proposal":"prp_0000007000000002"', '');
    rows.rare.proposal_decisions.length = 0;
  });
  expect(problemsOf(all)).toEqual(['transfer.adjust: a proposal, none']);
});

test('an approval without its decision is found, and a decision without its approval', () => {
  const without = changed(2, ({ rare }) => {
    rare.proposal_decisions.length = 0;
  });
  expect(problemsOf(without)).toEqual(['an approval: a decision, none about prp_0000007000000002']);
  const other = changed(2, (rows) => edit(rows, 'prp_0000007000000002', 'prp_0000007000000004'));
  expect(problemsOf(other)).toContain(`${FIRST}: execution_refused by its event, refused`);
});

test('the proposer as checker is found', () => {
  const all = changed(2, (rows) => {
    edit(rows, 'shell:ravi', 'shell:asha');
    const row = [...(rows.rare.proposal_decisions[0] as string[])];
    row[5] = 'shell:asha';
    rows.rare.proposal_decisions[0] = row;
  });
  expect(problemsOf(all)).toEqual([`${FIRST}: checker: not shell:asha, shell:asha`]);
});

test('a second decision is found, and one of what nobody proposed', () => {
  const all = batches();
  const again = defined(all[4]?.rare.proposal_decisions[0], 'a rejection') as string[];
  const twice = emptyRows();
  twice.rare.proposal_decisions.push([again[0] as string, '6', ...again.slice(2)]);
  expect(problemsOf([...all, twice])).toEqual([
    'proposal prp_0000007000000004: one decision, rejected, the second one',
  ]);
  const unknown = emptyRows();
  unknown.rare.proposal_decisions.push(['3', '6', ...again.slice(2)]);
  expect(problemsOf([...all, unknown])).toEqual([
    'proposal prp_0000007000000003: to be proposed first, rejected',
  ]);
});
