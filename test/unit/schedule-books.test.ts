/** The second books of scheduled transfers: whatever the fold writes against the diagram is found. */
import { expect, test } from 'vitest';
import { type BatchRows, emptyRows } from '../../src/engine/batch-rows.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import { ScheduleBooks } from '../../src/engine/verify/schedule-books.ts';
import { formatMicros } from '../../src/kernel/clock.ts';

const DUE = 1_800_000_000_000_000;
type Row = [id: string, number: string, status: string, scheduledFor: string, unrestricted: boolean];

const version = (number: number, status: string, more: Partial<Record<number, unknown>> = {}): Row =>
  Object.assign(['3', String(number), status, String(DUE), false], more) as Row;

function execution(number: number, outcome = 'posted', at = DUE) {
  const body = JSON.stringify({ number: String(number), outcome, at: formatMicros(at) });
  return { type: 'transfer.execute', code: '', key: '', fingerprint: '', body };
}

function batch(schedules: readonly Row[], events: BatchRows['events'] = []): BatchRows {
  const rows = emptyRows();
  rows.rare.schedules.push(...schedules);
  rows.events.push(...events);
  return rows;
}

function problemsOf(...batches: readonly BatchRows[]): readonly string[] {
  const problems = new Problems();
  const books = new ScheduleBooks(7, problems);
  for (const rows of batches) books.see(rows);
  return problems.shown.map(
    ({ check, number, expected, found }) => `${check} ${number}: ${expected}, ${found}`,
  );
}

const placed = batch([version(3, 'scheduled')]);

test.each([
  ['executed', [execution(5)]],
  ['execution_refused', [execution(5, 'refused')]],
  ['canceled', []],
])('a schedule that ends %s is as it should be', (status, events) => {
  expect(problemsOf(placed, batch([version(5, status)], events))).toEqual([]);
});

test.each<[string, BatchRows[], string]>([
  [
    'ends without having been placed',
    [batch([version(5, 'canceled')])],
    'schedules 5: to be placed first, canceled',
  ],
  [
    'is placed twice',
    [placed, batch([version(5, 'scheduled')])],
    'schedules 5: what may follow scheduled, scheduled',
  ],
  [
    'ends twice',
    [placed, batch([version(5, 'canceled')]), batch([version(6, 'executed')], [execution(6)])],
    'schedules 6: what may follow canceled, executed',
  ],
  [
    'ends executed by no execution',
    [placed, batch([version(5, 'executed')])],
    'schedules 5: no execution, executed',
  ],
  [
    'ends executed by a refusal',
    [placed, batch([version(5, 'executed')], [execution(5, 'refused')])],
    'schedules 5: execution_refused, executed',
  ],
  [
    'is executed before its time',
    [placed, batch([version(5, 'executed')], [execution(5, 'posted', DUE - 1)])],
    `schedules 5: ${formatMicros(DUE)} or later, ${formatMicros(DUE - 1)}`,
  ],
  [
    'is executed and stays open',
    [placed, batch([], [execution(5)])],
    'schedules 5: of a scheduled transfer, executed, of none',
  ],
  [
    'changes its time',
    [placed, batch([version(5, 'canceled', { 3: String(DUE + 1) })])],
    `schedules 5: ${DUE}, ${DUE + 1}`,
  ],
  ['changes its rights', [placed, batch([version(5, 'canceled', { 4: true })])], 'schedules 5: false, true'],
])('a schedule that %s is found', (_, batches, found) => {
  expect(problemsOf(...batches)).toContain(found);
});
