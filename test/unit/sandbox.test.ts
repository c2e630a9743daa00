/** The table of amounts that provoke outcomes: complete, documented, and of the kinds that it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROUTES } from '../../src/http/routes.ts';
import { FAILURES, type FailureCode } from '../../src/kernel/failure.ts';
import {
  PROVOKED_BY,
  PROVOKED_FAULTS,
  PROVOKED_REFUSALS,
  type Provokable,
  provokedFault,
  provokedRefusal,
} from '../../src/ledger/sandbox.ts';

/** Met as easily without, by use case. */
const WITHOUT_AMOUNT: Readonly<Record<string, readonly string[]>> = {
  // By sending a time that is past, by stopping the payer, and by accounts that ask for a second factor above nothing.
  'transfer.create': ['schedule_out_of_bounds', 'payments_stopped', 'step_up_required', 'step_up_impossible'],
  'transfer.capture': ['payments_stopped', 'step_up_required'],
};

test.each(Object.keys(PROVOKED_BY) as Provokable[])(
  'every refusal of %s has an amount, and nothing else',
  (name) => {
    const route = ROUTES.find(({ useCase }) => useCase === name);
    const provokable = (route?.refusals ?? []).filter((code) => !WITHOUT_AMOUNT[name]?.includes(code));
    const amounts = Object.keys(PROVOKED_REFUSALS).map(BigInt);
    const provoked = amounts.flatMap((minor) => provokedRefusal(name, minor) ?? []);
    expect(provoked.sort()).toEqual(provokable.sort());
  },
);

test('every request that names amounts provokes by them', () => {
  const named = ROUTES.filter(
    ({ useCase, refusals }) => useCase.startsWith('transfer.') && refusals.includes('floor_breached'),
  );
  expect(named.map(({ useCase }) => useCase).sort()).toEqual(Object.keys(PROVOKED_BY).sort());
});

test('every fault has an amount, and nothing else', () => {
  const faults = (Object.keys(FAILURES) as FailureCode[]).filter((code) => FAILURES[code].kind === 'fault');
  expect(Object.values(PROVOKED_FAULTS).sort()).toEqual(faults.sort());
});

test('the document lists each amount with its code, its status and whose it is', () => {
  const page = readFileSync(join(import.meta.dirname, '../../SANDBOX.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| ([\d.]+) \| `(\w+)` \| (\d+) \| ([^|]+) \|/gm)].map((row) =>
    row.slice(1),
  );
  const words: Readonly<Record<Provokable, string>> = {
    'transfer.create': 'transfer',
    'transfer.adjust': 'adjustment',
    'transfer.capture': 'capture',
    'transfer.reverse': 'reversal',
  };
  const by = (minor: bigint): string => {
    const all = Object.keys(PROVOKED_BY) as Provokable[];
    const those = all.filter((name) => provokedRefusal(name, minor) ?? provokedFault(minor));
    return those.length === all.length ? 'all' : those.map((name) => words[name]).join(', ');
  };
  const listed = Object.entries({ ...PROVOKED_REFUSALS, ...PROVOKED_FAULTS }).map(([minor, code]) => [
    minor,
    (Number(minor) / 100).toFixed(2),
    code,
    String(FAILURES[code].status),
    by(BigInt(minor)),
  ]);
  expect(rows).toEqual(listed);
});

test.each(Object.keys(PROVOKED_BY) as Provokable[])(
  'an amount beside the table provokes nothing of %s',
  (name) => {
    for (const minor of [
      990_000n,
      990_012n,
      990_024n,
      990_030n,
      990_037n,
      990_046n,
      990_050n,
      990_058n,
      -990_001n,
    ])
      expect([provokedRefusal(name, minor), provokedFault(minor)]).toEqual([undefined, undefined]);
  },
);
