/** Factors of customers: part of the one table (conformance.test.ts). */
import type { Code, FactorAsk } from './factor-asks.ts';
import type { Ask, Row } from './table.ts';

type Enrol = Extract<FactorAsk, { readonly ask: 'enrol' }>;

const enrol = (named: string, more: Partial<Enrol> = {}): Ask => ({ ask: 'enrol', named, ...more });
const confirm = (of: string, code: Code = 'right'): Ask => ({ ask: 'confirm', of, code });
const remove = (of: string, code: Code = 'right'): Ask => ({ ask: 'remove', of, code });
const vouched = (factor: string, code: Code = 'right', replace = false): Partial<Enrol> => ({
  by: { factor, code, replace },
});
const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const later = (seconds: number): Ask => ({ ask: 'clock', body: { advance_seconds: seconds } });

/** One active factor. */
const first: readonly Ask[] = [enrol('one'), confirm('one')];
const locked: readonly Ask[] = [...first, ...times(5, () => remove('one', 'wrong'))];

const row = (name: string, given: readonly Ask[], when: Ask, outcome: string): Row => ({
  name,
  given,
  when,
  outcome,
});

export const FACTOR_ROWS: readonly Row[] = [
  row('the first factor of a customer is enrolled', [], enrol('one'), 'done'),
  row('a factor is confirmed with its first code', [enrol('one')], confirm('one'), 'done'),
  row(
    'a factor is not confirmed with a wrong code',
    [enrol('one')],
    confirm('one', 'wrong'),
    'code_mismatch',
  ),
  row('a factor is confirmed once', first, confirm('one'), 'factor_not_pending'),
  row(
    'a later enrolment takes the place of one that waits',
    [enrol('one'), enrol('two')],
    confirm('one'),
    'factor_not_pending',
  ),
  row('a factor that waits may not be removed', [enrol('one')], remove('one'), 'factor_not_active'),
  row(
    'a factor of another customer cannot be confirmed',
    [enrol('one')],
    { ask: 'confirm', of: 'one', code: 'right', customer: 'ravi' },
    'failed not_found',
  ),
  row(
    'a factor of another customer cannot be removed',
    [...first, enrol('two', { customer: 'ravi' })],
    { ask: 'remove', of: 'one', code: 'right', customer: 'ravi' },
    'failed not_found',
  ),
  row('a factor of another ledger cannot be removed', first, remove('@foreign'), 'failed not_found'),
  row('a second factor takes the first one', first, enrol('two'), 'factor_proof_required'),
  row('a second factor is enrolled with a code of the first', first, enrol('two', vouched('one')), 'done'),
  row(
    'a second factor is not enrolled with a wrong code',
    first,
    enrol('two', vouched('one', 'wrong')),
    'code_mismatch',
  ),
  row(
    'a second factor is not enrolled with a code that was used',
    first,
    enrol('two', vouched('one', 'again')),
    'code_used',
  ),
  row(
    'a second factor is not enrolled with one that waits',
    [...first, enrol('two', vouched('one'))],
    enrol('three', vouched('two')),
    'factor_not_active',
  ),
  row(
    'a second factor is not enrolled with a factor of another customer',
    [
      ...first,
      enrol('theirs', { customer: 'ravi' }),
      { ask: 'confirm', of: 'theirs', code: 'right', customer: 'ravi' },
    ],
    enrol('two', vouched('theirs')),
    'factor_not_active',
  ),
  row(
    'a second factor that is confirmed leaves the first one',
    [...first, enrol('two', vouched('one')), confirm('two')],
    remove('one'),
    'done',
  ),
  row(
    'a factor that is replaced is removed',
    [...first, enrol('two', vouched('one', 'right', true)), confirm('two')],
    remove('one'),
    'factor_not_active',
  ),
  row(
    'a factor that is to be replaced stays until the new one is confirmed',
    [...first, enrol('two', vouched('one', 'right', true))],
    remove('one'),
    'done',
  ),
  row(
    'a sixth factor is refused',
    [...first, ...times(4, (i) => [enrol(`more-${i}`, vouched('one')), confirm(`more-${i}`)]).flat()],
    enrol('six', vouched('one')),
    'too_many_factors',
  ),
  row(
    'a recovery code enrols a factor in place of those that are lost',
    first,
    enrol('two', { recovery: 0 }),
    'done',
  ),
  row(
    'a recovery removes all other factors',
    [...first, enrol('two', { recovery: 0 }), confirm('two')],
    remove('one'),
    'factor_not_active',
  ),
  row(
    'a recovery code works once',
    [...first, enrol('two', { recovery: 0 })],
    enrol('three', { recovery: 0 }),
    'recovery_code_invalid',
  ),
  row(
    'what is no recovery code recovers nothing',
    first,
    enrol('two', { recovery: 99 }),
    'recovery_code_invalid',
  ),
  row(
    'five wrong codes in a row lock a factor, the right one included',
    locked,
    remove('one'),
    'factor_locked',
  ),
  row('a factor that is locked vouches for nobody', locked, enrol('two', vouched('one')), 'factor_locked'),
  row(
    'four wrong codes do not lock',
    [...first, ...times(4, () => remove('one', 'wrong'))],
    remove('one'),
    'done',
  ),
  row(
    'a right code between wrong ones begins the count anew',
    [
      ...first,
      ...times(4, () => remove('one', 'wrong')),
      enrol('two', vouched('one')),
      ...times(4, () => remove('one', 'wrong')),
    ],
    remove('one'),
    'done',
  ),
  row('a factor is removed with a code of it', first, remove('one'), 'done'),
  row('a factor is not removed with a wrong code', first, remove('one', 'wrong'), 'code_mismatch'),
  row('a factor is not removed with a code that was used', first, remove('one', 'again'), 'code_used'),
  row('a factor is removed once', [...first, remove('one')], remove('one'), 'factor_not_active'),
  row(
    'after the last one is removed a factor is the first again',
    [...first, remove('one')],
    enrol('two'),
    'done',
  ),
  row(
    'the last factor takes the recovery codes with it',
    [...first, remove('one')],
    enrol('two', { recovery: 1 }),
    'recovery_code_invalid',
  ),
  row('a client without the scope enrols nothing', [], { ...enrol('one'), as: 'app' }, 'failed forbidden'),
  row(
    'a client without the scope confirms nothing',
    [enrol('one')],
    { ...confirm('one'), as: 'app' },
    'failed forbidden',
  ),
  row(
    'a client without the scope removes nothing',
    first,
    { ...remove('one'), as: 'app' },
    'failed forbidden',
  ),
  {
    ...row(
      'in a sandbox ledger a factor is confirmed within a quarter of an hour',
      [enrol('one'), later(900)],
      confirm('one'),
      'factor_not_pending',
    ),
    sandbox: true,
  },
  {
    ...row(
      'in a sandbox ledger a lock passes after a quarter of an hour',
      [...locked, later(900)],
      remove('one'),
      'done',
    ),
    sandbox: true,
  },
  {
    ...row(
      'in a sandbox ledger the second lock lasts twice as long',
      [...locked, later(900), ...times(5, () => remove('one', 'wrong')), later(900)],
      remove('one'),
      'factor_locked',
    ),
    sandbox: true,
  },
];
