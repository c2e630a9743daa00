/** What a verification says of itself: claims where everything is sound, an alarm where anything is not. */
import { expect, test } from 'vitest';
import { type NamedReport, reportJson, reportsText } from '../../src/cli/verify-report.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import { VERIFY_ALARM, VERIFY_SCOPE } from '../../src/engine/verify/verify-ledger.ts';

const report = (name: string, more: Partial<NamedReport> = {}): NamedReport => ({
  name,
  ledger: 7,
  events: 3,
  batches: 1,
  transfers: 1,
  refused: 0,
  entries: 2,
  accounts: 2,
  head: { number: 3, link: 'ab'.repeat(32) },
  currencies: [{ currency: 'INR', debits: 100n, credits: 100n }],
  problems: [],
  problemCount: 0,
  ...more,
});
const broken = report('delhi', {
  problems: [
    { check: 'body', number: 3, subject: 'body', expected: '{"a":1}', found: '{"a"\u001b[2J:1}\n' },
    { check: 'balances', subject: 'credits of all accounts', expected: '100', found: '90' },
  ],
  problemCount: 12_345,
});

test('a sound ledger is named, and what was shown is said', () => {
  const text = reportsText([report('mumbai')]);
  expect(text).toMatch(/^mumbai \(ldg_0{6}7\): sound \(3 events/);
  expect(text).toContain(VERIFY_SCOPE);
  expect(text).not.toContain(VERIFY_ALARM);
  expect(reportJson(report('mumbai'))).toMatchObject({ ledger: 'ldg_0000007', name: 'mumbai' });
});

test('where one ledger is not sound, nothing is claimed to hold, and posting is to be stopped', () => {
  const text = reportsText([report('mumbai'), broken]);
  expect(text).toContain('delhi (ldg_0000007): NOT SOUND, 12,345 problems');
  expect(text).toContain(
    [
      '  check     event  subject                  expected  found',
      '  body          3  body                     {"a":1}   {"a"·[2J:1}·',
      '  balances         credits of all accounts  100       90',
      '  and 12,343 more\n',
    ].join('\n'),
  );
  expect(text).toContain(`NOT SOUND: delhi\n${VERIFY_ALARM}`);
  expect(text).toMatch(/Stop posting[\s\S]*An operator\s+has to look/);
  expect(text).not.toContain(VERIFY_SCOPE);
});

test('for a program each problem has the same members, and the event only where there is one', () => {
  expect(reportJson(broken)).toMatchObject({ problem_count: 12_345, problems: broken.problems });
});

test('a long value is cut to where it differs, and the first problems alone are kept in full', () => {
  const problems = new Problems();
  const [same, after] = ['x'.repeat(100), 'y'.repeat(100)];
  problems.add({
    check: 'body',
    number: 1,
    subject: 'body',
    expected: `${same}1${after}`,
    found: `${same}2${after}`,
  });
  expect(problems.shown).toEqual([
    {
      check: 'body',
      number: 1,
      subject: 'body',
      expected: `…${'x'.repeat(24)}1${'y'.repeat(39)}…`,
      found: `…${'x'.repeat(24)}2${'y'.repeat(39)}…`,
    },
  ]);
  for (let i = 0; i < 200; i++) problems.add({ check: 'keys', subject: 'keys', expected: '1', found: '2' });
  expect([problems.shown.length, problems.count]).toEqual([100, 201]);
});
