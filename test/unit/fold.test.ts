/** Single decisions of the fold that deserve a sentence; the property tests hold it against the model. */
import { describe, expect, test } from 'vitest';
import type { CreateTransfer } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { SHELL, type Step } from '../support/arbitrary-commands.ts';
import { asPredicted, foldAll, itemsOf } from '../support/run-fold.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const pay = (
  debit: string,
  credit: string,
  amount: bigint,
  more: Partial<CreateTransfer> = {},
): CreateTransfer => ({
  type: 'transfer.create',
  legs: [{ debit, credit, amount, currency: 'INR' }],
  ...more,
});
const step = (...intents: [key: string, command: Step['intents'][number]['command']][]): Step => ({
  actor: SHELL,
  atomic: intents.length > 1,
  intents: intents.map(([key, command]) => ({ key, command })),
});
const open = (code: string, floor: bigint | null = null): Step =>
  step([
    `open-${code}`,
    {
      type: 'account.create',
      code,
      kind: 'liability',
      currency: 'INR',
      owner: null,
      settings: { floor, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
    },
  ]);
const accounts = [open('bank'), open('a', 0n), open('b', 0n)];

describe('an atomic group', () => {
  test('that names a key twice fails whole, even where it would be refused', () => {
    const twice = step(['k', pay('a', 'b', 1n)], ['k', pay('a', 'b', 1n)]);
    const { results, rows } = foldAll(LEDGER, [[...accounts, twice]], AT);
    expect(results.slice(3).map(asPredicted)).toEqual([
      { kind: 'failed', code: 'group_changed' },
      { kind: 'failed', code: 'group_changed' },
    ]);
    expect(rows.events).toHaveLength(3);
  });

  test('sees inside itself what its earlier members moved', () => {
    const chain = step(['1', pay('bank', 'a', 5n)], ['2', pay('a', 'b', 5n)], ['3', pay('b', 'bank', 5n)]);
    const { rows } = foldAll(LEDGER, [[...accounts, chain]], AT);
    expect(rows.events.slice(3).map(({ code }) => code)).toEqual(['', '', '']);
  });

  test('that is refused leaves no entry that moves money, and counts each of its payers once a transfer', () => {
    const broken = step(['1', pay('bank', 'a', 5n)], ['2', pay('bank', 'b', 1n)], ['3', pay('a', 'b', 6n)]);
    const { rows, state } = foldAll(LEDGER, [[...accounts, broken]], AT);
    expect(rows.events.slice(3).map(({ code }) => code)).toEqual([
      'linked_item_refused',
      'linked_item_refused',
      'floor_breached',
    ]);
    expect(rows.entries.every(({ amount }) => amount === 0n)).toBe(true);
    expect([...state.accounts.values()].map(({ refusedCount }) => refusedCount)).toEqual([2, 1, 0]);
  });

  test('is not repeated by a part of it, by more than it, or in another order', () => {
    const group = step(['1', pay('bank', 'a', 5n)], ['2', pay('bank', 'a', 5n)], ['3', pay('bank', 'a', 5n)]);
    const { state } = foldAll(LEDGER, [[...accounts, group]], AT);
    const again = (intents: Step['intents']) =>
      foldBatch(state, 6, AT, itemsOf(LEDGER, { ...group, intents }, 'again')).results.map(asPredicted);
    const [one, two, three] = group.intents as [Step['intents'][0], Step['intents'][0], Step['intents'][0]];
    const four = { key: '4', command: pay('bank', 'a', 5n) };
    for (const changed of [
      [one, two],
      [one, two, three, four],
      [two, one, three],
      [two, three],
    ])
      expect(new Set(again(changed).map(({ code }) => code))).toEqual(new Set(['group_changed']));
    expect(again([one, two, three]).map(({ kind }) => kind)).toEqual(['replay', 'replay', 'replay']);
  });

  test('may be asked for one by one: each member answers as it stands', () => {
    const group = step(['1', pay('bank', 'a', 5n)], ['2', pay('a', 'b', 6n)]);
    const alone = group.intents.map((intent): Step => ({ ...group, atomic: false, intents: [intent] }));
    const { results } = foldAll(LEDGER, [[...accounts, group, ...alone]], AT);
    expect(results.slice(5).map(asPredicted)).toEqual([
      { kind: 'replay', number: 4, code: 'linked_item_refused' },
      { kind: 'replay', number: 5, code: 'floor_breached' },
    ]);
  });
});

describe('search rows', () => {
  test('do not depend on the order in which a client wrote its metadata', () => {
    const rowsOf = (metadata: Record<string, string>) =>
      foldAll(LEDGER, [[step(['k', pay('a', 'b', 1n, { metadata })])]], AT).rows.search;
    expect(rowsOf({ zone: '1', area: '2', '10': '3', '9': '4' })).toEqual(
      rowsOf({ '9': '4', area: '2', '10': '3', zone: '1' }),
    );
    expect(rowsOf({ zone: '1', area: '2' }).map(({ field }) => field)).toEqual([
      'metadata.area',
      'metadata.zone',
    ]);
  });

  test('are there for a refused transfer, too, and once for a refused group', () => {
    const broken = step(
      ['1', pay('a', 'b', 1n, { reference: 'r1' })],
      ['2', pay('a', 'b', 1n, { reference: 'r2' })],
    );
    const { search } = foldAll(LEDGER, [[...accounts, broken]], AT).rows;
    expect(search.map(({ value, number }) => [value, number])).toEqual([
      ['r1', 4],
      ['r2', 5],
    ]);
  });
});

test('an event names every known account by id and keeps the code that the client used', () => {
  const { rows } = foldAll(LEDGER, [[...accounts, step(['k', pay('bank', 'nobody', 1n)])]], AT);
  expect(JSON.parse(rows.events[3]?.body as string)).toMatchObject({
    code: 'account_unknown',
    leg: 0,
    data: { legs: [{ debit: 'acc_0000007000000001', debit_code: 'bank', credit_code: 'nobody' }] },
  });
  expect(rows.events[3]?.body).not.toContain('"credit":');
});

test('a fold of nothing makes nothing', () => {
  expect(foldBatch(new LedgerState(LEDGER), 0, AT, [])).toMatchObject({ results: [], rows: { events: [] } });
});
