/** The second books of customers' factors: whatever the fold writes against the diagram is found. */
import { expect, test } from 'vitest';
import { type BatchRows, emptyRows } from '../../src/engine/batch-rows.ts';
import { customerRow } from '../../src/engine/customers/customer-row.ts';
import { FactorBooks } from '../../src/engine/verify/factor-books.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import {
  type CustomerState,
  codeTaken,
  confirmed,
  enrolled,
  type FactorState,
  newCustomer,
  removed,
} from '../../src/identity/factor.ts';
import { defined } from '../../src/kernel/assert.ts';

const KEY = Buffer.alloc(32);
const NOBODY = newCustomer(3, 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b');
const asked = { label: null, seedDigest: 's', confirmWithinSeconds: 900 };
const waits = enrolled(NOBODY, { ...asked, proof: undefined }, 3, 0).next;
const works = defined(
  confirmed(waits, { factor: 3, timeStep: 10, recoveryHashes: ['a', 'b', 'c'], waitSeconds: 60 }, 4, 0),
  'a factor',
).next;
const proof = { by: 'factor', factor: 3, timeStep: 11, replace: false } as const;
const beside = enrolled(works, { ...asked, proof }, 5, 0).next;
const both = defined(
  confirmed(beside, { factor: 5, timeStep: 10, recoveryHashes: [], waitSeconds: 60 }, 6, 0),
  'a factor',
).next;

function batch(...states: readonly CustomerState[]): BatchRows {
  const rows = emptyRows();
  rows.rare.customers.push(...states.map((state) => [...customerRow(7, state, KEY)]));
  return rows;
}

/** The state with its newest factor, or another one, changed. */
const changed = (state: CustomerState, more: Partial<FactorState>, index = -1): CustomerState => {
  const factors = [...state.factors];
  const of = index < 0 ? factors.length - 1 : index;
  factors[of] = { ...defined(factors[of], 'a factor'), ...more };
  return { ...state, factors, changed: state.changed + 1 };
};

function problemsOf(...batches: readonly BatchRows[]): readonly string[] {
  const problems = new Problems();
  const books = new FactorBooks(7, problems);
  for (const rows of batches) books.see(rows);
  return problems.shown.map(
    ({ check, subject, expected, found }) => `${check} ${subject}: ${expected}, ${found}`,
  );
}

const FIRST = 'factor fac_0000007000000003';
const SECOND = 'factor fac_0000007000000005';

test('what the fold writes is as it should be', () => {
  const wrong = codeTaken(both, 3, null, 7, 0).next;
  const right = codeTaken(wrong, 3, 12, 8, 0).next;
  const gone = defined(removed(right, 3, 13, 9, 0), 'a factor').next;
  const none = defined(removed(gone, 5, 13, 10, 0), 'a factor').next;
  expect(problemsOf(batch(waits, works), batch(beside, both, wrong), batch(right, gone, none))).toEqual([]);
});

test.each<[string, CustomerState[], string]>([
  ['is active from the start', [works], `factors ${FIRST}: to be pending first, active`],
  [
    'comes back',
    [waits, works, changed(works, { status: 'pending', usableFrom: null })],
    `factors ${FIRST}: what may follow active, pending`,
  ],
  [
    'gets another seed',
    [waits, works, changed(works, { seedDigest: 'other' })],
    `factors ${FIRST}: ["3","totp",null,"s","client",null], ["3","totp",null,"other","client",null]`,
  ],
  [
    'may be used sooner',
    [waits, works, changed(works, { usableFrom: 1 })],
    `factors ${FIRST}: usable from: 60000000, 1`,
  ],
  [
    'takes an older code',
    [waits, works, changed(works, { timeStep: 9 })],
    `factors ${FIRST}: time step: 10 or later, 9`,
  ],
  [
    'forgets wrong codes',
    [waits, works, codeTaken(works, 3, null, 5, 0).next, changed(works, {})],
    `factors ${FIRST}: wrong codes: 1 or one more, 0`,
  ],
  [
    'counts a right code as wrong',
    [waits, works, changed(works, { timeStep: 11, failures: 1 })],
    `factors ${FIRST}: wrong codes: 0, 1`,
  ],
  [
    'is confirmed without a code',
    [waits, works, beside, changed(both, { timeStep: 0 })],
    `factors ${SECOND}: time step: its first code, none`,
  ],
  [
    'comes beside another on the word of the client',
    [waits, works, changed(beside, { voucher: 'client' }), changed(both, { voucher: 'client' })],
    `factors ${SECOND}: somebody to vouch for it, client`,
  ],
  [
    'uses two codes at once',
    [waits, works, beside, changed(both, { timeStep: 12 }, 0)],
    'factors codes used: one, 2',
  ],
  [
    'brings recovery codes back',
    [waits, works, { ...works, recoveryHashes: ['a', 'd'] }],
    'factors recovery codes: no others than before, 2',
  ],
  [
    'loses recovery codes',
    [waits, works, { ...works, recoveryHashes: ['a'] }],
    'factors recovery codes: one less at most, 1 of 3',
  ],
  [
    'goes to another customer',
    [waits, { ...works, customer: 'other' }],
    `factors customer: ${NOBODY.customer}, other`,
  ],
])('a factor that %s is found', (_, states, problem) => {
  expect(problemsOf(batch(...states))).toContain(problem);
});

test('after a batch that was left out, what stood before is not asked for', () => {
  const problems = new Problems();
  const books = new FactorBooks(7, problems);
  books.lose();
  books.see(batch(works));
  expect(problems.shown).toEqual([]);
});
