/** What an import says of itself: rows known from an earlier import tell what they had come to. */
import { expect, test } from 'vitest';
import { reportJson, reportText } from '../../src/cli/import-report.ts';
import type { ImportReport } from '../../src/engine/imports/import-files.ts';
import { emptyTally, type Tally } from '../../src/engine/imports/tally.ts';

const tally = (more: Partial<Tally>): Tally => ({ ...emptyTally(), ...more });

const report = (more: Partial<ImportReport>): ImportReport => ({
  id: 'january',
  accounts: emptyTally(),
  openings: emptyTally(),
  payments: emptyTally(),
  openingsLeftOut: 0,
  timesLeftOut: 0,
  interrupted: false,
  postingMs: 10,
  ...more,
});

const text = (more: Partial<ImportReport>): string => reportText('mumbai', report(more));

test('a second import tells the rows that had been refused from those that had been posted', () => {
  const payments = tally({ replayed: 1500, replayedRefused: { floor_breached: 400, account_unknown: 100 } });
  expect(text({ payments })).toContain(
    'payments replayed: 1,000 had been posted, 500 refused: floor_breached 400, account_unknown 100\n' +
      'Nothing moved: every row is known from an earlier import, 500 of them as refused.\n',
  );
  expect(text({ payments })).toContain(
    '--id NAME, a name not used before, imports the file anew, and posts the 1,000 payments again that had been posted.',
  );
  expect(reportJson('mumbai', report({ payments }))).toMatchObject({
    replayed: 1500,
    replayed_refused: { floor_breached: 400, account_unknown: 100 },
    accounts: { replayed_refused: {} },
  });
});

test('accounts that were opened too late do not change what their payments had come to', () => {
  const said = text({
    accounts: tally({ done: 2 }),
    payments: tally({ replayed: 3, replayedRefused: { account_unknown: 3 } }),
  });
  expect(said).toContain('payments replayed: 0 had been posted, 3 refused: account_unknown 3\n');
  expect(said).toContain(
    'its answers are final.\n--id NAME, a name not used before, imports the file anew.\n',
  );
  expect(said).not.toContain('Nothing moved');
});

test('a second import in which nothing had been refused says that nothing moved, and no more', () => {
  const said = text({ payments: tally({ replayed: 3 }) });
  expect(said).toMatch(/\n\n.*\n.*\nNothing moved: every row is known from an earlier import\.\n$/);
});

test('what waits for a second factor is told apart, then and later', () => {
  const payments = tally({
    done: 7,
    held: 2,
    replayed: 5,
    replayedHeld: 3,
    replayedRefused: { floor_breached: 1 },
  });
  const said = text({ payments });
  expect(said).toContain(
    'payments held: 2, which take more than their accounts give without a second factor; they end in five minutes unless authorised\n',
  );
  expect(said).toContain('payments replayed: 3 had been held\n');
  expect(said).toContain('payments replayed: 1 had been posted, 1 refused: floor_breached 1\n');
  expect(reportJson('mumbai', report({ payments }))).toMatchObject({ posted: 7, held: 2, replayed_held: 3 });
});
