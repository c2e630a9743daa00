/** What a verification says of itself: claims where everything is sound, an alarm where anything is not. */
import { expect, test } from 'vitest';
import { type NamedReport, reportJson, reportsText } from '../../src/cli/verify-report.ts';
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
  problems: [{ check: 'link', number: 3, detail: 'the batch is not as it was appended' }],
  problemCount: 2,
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
  expect(text).toContain('delhi (ldg_0000007): NOT SOUND, 2 problems');
  expect(text).toContain('  link at event 3: the batch is not as it was appended\n  and 1 more\n');
  expect(text).toContain(`NOT SOUND: delhi\n${VERIFY_ALARM}`);
  expect(text).toMatch(/Stop posting[\s\S]*An operator\s+has to look/);
  expect(text).not.toContain(VERIFY_SCOPE);
});
