/**
 * The second books of pools: they agree with what the fold writes, and name what the fold would get wrong: a total, a row that is not
 * there, an account that did not join, a limit that let too much through.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { BatchRows } from '../../src/engine/batch-rows.ts';
import { type Command, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import type { UpdatePool } from '../../src/engine/pool-command.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { Accounting } from '../../src/engine/verify/accounting.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import type { Json } from '../../src/kernel/canonical-json.ts';
import { formatId } from '../../src/kernel/id.ts';
import type { LimitTerms } from '../../src/ledger/limit.ts';
import { SHELL } from '../support/arbitrary-commands.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const DAILY: LimitTerms = { name: 'daily', direction: 'outgoing', window: 'day', amount: 100n, count: null };

const open = (code: string, owner: string | null): Command => ({
  type: 'account.create',
  code,
  kind: 'liability',
  currency: 'INR',
  owner,
  settings: { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
});
const pay = (debit: string, credit: string, amount: bigint): Command => ({
  type: 'transfer.create',
  legs: [{ debit, credit, amount, currency: 'INR' }],
});
const pool: Command = {
  type: 'pool.create',
  name: 'customer',
  currency: 'INR',
  owner: OWNER,
  accounts: [],
  limits: [DAILY],
};

let state: LedgerState;
let head: number;
let problems: Problems;
let accounting: Accounting;

beforeEach(() => {
  state = new LedgerState(LEDGER);
  state.owners.keepsAll = true;
  head = 0;
  problems = new Problems();
  accounting = new Accounting(LEDGER, problems);
});

/** Folds commands as one batch, spoils what comes out, and shows it to the books. */
function see(commands: readonly Command[], spoil: (rows: BatchRows) => void = () => {}): string[] {
  const items = commands.map((command, i) => makeItem(LEDGER, command, SHELL, `k-${head}-${i}`, 'req'));
  const { rows, results } = foldBatch(state, head, AT + head, items);
  expect(results.every(({ kind }) => kind === 'recorded')).toBe(true);
  const first = head + 1;
  head += rows.events.length;
  spoil(rows);
  accounting.see(rows, AT + first);
  return problems.shown.map(({ check, subject }) => `${check}: ${subject}`);
}

const opened = [open('x', OWNER), open('y', OWNER), open('shop', null), pool];
const totalsOf = ({ rare }: BatchRows): string[][] => rare.pool_totals as string[][];

describe('the books', () => {
  test('agree with what the fold writes, also of accounts that join later', () => {
    see(opened);
    see([pay('x', 'shop', 40n), pay('x', 'y', 500n), pay('shop', 'y', 7n), open('z', OWNER)]);
    expect(see([pay('z', 'shop', 60n), pay('x', 'shop', 1n)])).toEqual([]);
  });

  test.each([2, 3, 4, 5, 6])('find a total that is not what was counted: member %i', (member) => {
    see(opened);
    const found = see([pay('x', 'shop', 40n), pay('shop', 'x', 2n)], (rows) => {
      const row = totalsOf(rows)[0] as string[];
      row[member] = String(Number(row[member]) + 1);
    });
    expect(found).toEqual(['pool_totals: counted by pol_0000007000000004']);
  });

  test('find a row that is not there, and one that stands where nothing was counted', () => {
    see(opened);
    see([pay('x', 'shop', 40n)], (rows) => void rows.rare.pool_totals.pop());
    const row: Json = ['4', '6', '40', '0', '0', '1', '0'];
    const found = see([pay('x', 'y', 1n)], (rows) => void rows.rare.pool_totals.push(row));
    expect(found).toEqual(Array(2).fill('pool_totals: counted by pol_0000007000000004'));
  });

  test('find an account that did not join the pools of its owner', () => {
    see(opened);
    const found = see([open('z', OWNER)], (rows) => {
      (rows.rare.settings[0] as Json[]).length = 7;
    });
    expect(found).toEqual(['settings: pools of acc_0000007000000005']);
  });

  test('find what was accepted above a limit of a pool', () => {
    see(opened, (rows) => {
      (((rows.rare.pools[0] as Json[])[8] as Json[])[0] as Json[])[3] = '30';
    });
    const found = see([pay('x', 'shop', 20n), pay('y', 'shop', 11n)]);
    expect(found).toEqual(['limits: limit daily of pol_0000007000000004, leg 0: amount']);
  });

  const listed = (name: string, numbers: number[], ...limits: LimitTerms[]): Command => ({
    ...pool,
    name,
    owner: null,
    accounts: numbers.map((number) => formatId('acc', LEDGER, number)),
    limits,
  });
  const change = (number: number, more: Omit<UpdatePool, 'type' | 'pool' | 'currency'>): Command => ({
    type: 'pool.update',
    pool: number,
    currency: 'INR',
    ...more,
  });

  test('agree with what is counted of holds, captures and releases of accounts that join and leave meanwhile', () => {
    const net: LimitTerms = { ...DAILY, name: 'net', direction: 'net', amount: 60n };
    const into: LimitTerms = { ...DAILY, name: 'in', direction: 'incoming', amount: null, count: 2 };
    see([
      ...opened.slice(0, 3),
      listed('p', [1, 3], net, into),
      { ...pool, name: 'q' },
      { ...pool, name: 'r' },
    ]);
    const y = formatId('acc', LEDGER, 2);
    const several: Command = {
      type: 'transfer.create',
      legs: ['x y', 'x shop', 'y shop', 'shop y', 'y x'].map((text) => {
        const [debit = '', credit = ''] = text.split(' ');
        return { debit, credit, amount: 10n, currency: 'INR' };
      }),
      holdSeconds: 600,
    };
    see([several, change(4, { add: [y], remove: [formatId('acc', LEDGER, 3)] })]);
    const amounts = ['0.1', '0.02', '0', '0.03', '0.04'];
    see([{ type: 'transfer.capture', hold: 7, amounts, final: false }, pay('y', 'shop', 9n)]);
    see([{ type: 'transfer.void', hold: 7 }, change(4, { limits: [{ ...net, amount: 70n }] })]);
    expect(see([pay('x', 'shop', 7n), pay('shop', 'y', 3n), pay('y', 'shop', 8n)])).toEqual([]);
  });

  test('find what was accepted above a limit that goes on counting when its amount is changed', () => {
    see(opened);
    see([pay('x', 'shop', 20n)]);
    see([change(4, { limits: [{ ...DAILY, amount: 90n }] })], (rows) => {
      (((rows.rare.pools[0] as Json[])[8] as Json[])[0] as Json[])[3] = '30';
    });
    expect(see([pay('y', 'shop', 11n)])).toEqual([
      'limits: limit daily of pol_0000007000000004, leg 0: amount',
    ]);
  });

  test('find what was accepted above a net limit, which what came in lowers', () => {
    see([...opened.slice(0, 3), { ...pool, limits: [{ ...DAILY, direction: 'net' }] }], (rows) => {
      (((rows.rare.pools[0] as Json[])[8] as Json[])[0] as Json[])[3] = '30';
    });
    expect(see([pay('shop', 'x', 50n), pay('x', 'shop', 80n)])).toEqual([]);
    const found = see([pay('x', 'y', 90n), pay('y', 'shop', 1n)]);
    expect(found).toEqual(['limits: limit daily of pol_0000007000000004, leg 0: amount']);
  });

  test('find an account that left a pool and is told to be in it', () => {
    see([...opened.slice(0, 3), listed('p', [1])]);
    const left = see([change(4, { remove: [formatId('acc', LEDGER, 1)] })], (rows) => {
      (rows.rare.settings[0] as Json[]).push(null, null, null, '{4}');
    });
    expect(left).toEqual(['settings: pools of acc_0000007000000001']);
  });

  test('after a batch that was left out say nothing of what they cannot know', () => {
    see(opened);
    const unseen = makeItem(LEDGER, change(4, { limits: [{ ...DAILY, amount: 200n }] }), SHELL, 'k', 'req');
    foldBatch(state, head, AT + head, [unseen]);
    head++;
    accounting.lose();
    const after = [pay('x', 'shop', 20n), pay('x', 'shop', 120n)];
    expect(see(after, (rows) => void rows.rare.pool_totals.pop())).toEqual([]);
  });
});
