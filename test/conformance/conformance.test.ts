/** The table, row by row, through the model ledger, the fold and the server over HTTP; and that it leaves no code out. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAILURE_CODES, FAILURES } from '../../src/kernel/failure.ts';
import { FOUR_EYES_FAILURES } from '../../src/kernel/failure-four-eyes.ts';
import { HandClock } from '../support/operators.ts';
import { startServer, type TestServer } from '../support/server.ts';
import {
  foldImplementation,
  httpImplementation,
  type Implementation,
  modelImplementation,
} from './implementations.ts';
import { LIMITS } from './limits.ts';
import { type Row, TABLE as TRANSFERS } from './table.ts';
import { FACTOR_ROWS } from './table-factors.ts';
import { OVER_CAPTURES } from './table-over-capture.ts';
import { POOL_MEMBER_ROWS } from './table-pool-members.ts';
import { POOL_ROWS } from './table-pools.ts';
import { PROPOSAL_ROWS } from './table-proposals.ts';
import { REVERSAL_ROWS } from './table-reversals.ts';
import { STEP_UP_ROWS } from './table-step-up.ts';
import { STEP_UP_PAYERS } from './table-step-up-payers.ts';
import { STOP_ROWS } from './table-stops.ts';

const TABLE: readonly Row[] = [
  ...TRANSFERS,
  ...OVER_CAPTURES,
  ...REVERSAL_ROWS,
  ...LIMITS,
  ...POOL_ROWS,
  ...POOL_MEMBER_ROWS,
  ...FACTOR_ROWS,
  ...STEP_UP_ROWS,
  ...PROPOSAL_ROWS,
  ...STEP_UP_PAYERS,
  ...STOP_ROWS,
];

async function expectRow({ given, when, ...row }: Row, on: Implementation): Promise<void> {
  for (const ask of given) await on.perform(ask);
  expect(await on.perform(when)).toEqual(row.outcome);
  for (const [code, balance] of Object.entries(row.balances ?? {}))
    expect([code, await on.balance(code)]).toEqual([code, balance]);
  for (const [code, available] of Object.entries(row.available ?? {}))
    expect([code, await on.available(code)]).toEqual([code, available]);
  for (const [code, refusals] of Object.entries(row.refusals ?? {}))
    expect([code, await on.refusals(code)]).toEqual([code, refusals]);
}

describe('the model ledger', () => {
  test.each(TABLE)('$name', (row) => expectRow(row, modelImplementation(row.sandbox)));
});

describe('the fold', () => {
  test.each(TABLE)('$name', (row) => expectRow(row, foldImplementation(row.sandbox)));
});

describe('the server', () => {
  let server: TestServer;
  let foreign: string;
  const clock = new HandClock();

  beforeAll(async () => {
    server = await startServer({ engine: { clock } });
    const { body } = await server.test.run('account.create', {
      code: randomUUID(),
      kind: 'liability',
      currency: 'INR',
    });
    foreign = String(body['id']);
  });

  afterAll(() => server.stop());

  test.each(TABLE)('$name', async (row) =>
    expectRow(row, await httpImplementation(server, clock, foreign, row.sandbox)),
  );
});

describe('the table', () => {
  const outcomes = TABLE.flatMap(({ outcome }) => outcome).map(
    (outcome) => outcome.replace(/^(replay|failed) /, '').split('@')[0],
  );

  test.each(FAILURE_CODES.filter((code) => FAILURES[code].kind === 'refused'))('has a row for %s', (code) => {
    expect(outcomes).toContain(code);
  });

  test.each([
    'idempotency_key_reused',
    'group_changed',
    'unauthenticated',
    ...Object.keys(FOUR_EYES_FAILURES),
  ])('has a row for %s', (code) => {
    expect(outcomes).toContain(code);
  });

  test('names each of its rows once', () => {
    expect(new Set(TABLE.map(({ name }) => name)).size).toBe(TABLE.length);
  });
});
