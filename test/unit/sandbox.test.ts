/** The table of amounts that provoke outcomes: complete, documented, and of the kinds that it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROUTES } from '../../src/http/routes.ts';
import { FAILURES, type FailureCode } from '../../src/kernel/failure.ts';
import {
  PROVOKED_FAULTS,
  PROVOKED_REFUSALS,
  provokedFault,
  provokedRefusal,
} from '../../src/ledger/sandbox.ts';

test('every refusal of a transfer has an amount, and nothing else', () => {
  const route = ROUTES.find(({ useCase }) => useCase === 'transfer.create');
  // Whoever wants to meet that one sends a time that is past.
  const provokable = (route?.refusals ?? []).filter((code) => code !== 'schedule_out_of_bounds');
  expect(Object.values(PROVOKED_REFUSALS).sort()).toEqual(provokable.sort());
});

test('every fault has an amount, and nothing else', () => {
  const faults = (Object.keys(FAILURES) as FailureCode[]).filter((code) => FAILURES[code].kind === 'fault');
  expect(Object.values(PROVOKED_FAULTS).sort()).toEqual(faults.sort());
});

test('the document lists each amount with its code and its status', () => {
  const page = readFileSync(join(import.meta.dirname, '../../SANDBOX.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| ([\d.]+) \| `(\w+)` \| (\d+) \|/gm)].map((row) =>
    row.slice(1),
  );
  const listed = Object.entries({ ...PROVOKED_REFUSALS, ...PROVOKED_FAULTS }).map(([minor, code]) => [
    minor,
    (Number(minor) / 100).toFixed(2),
    code,
    String(FAILURES[code].status),
  ]);
  expect(rows).toEqual(listed);
});

test('an amount beside the table provokes nothing', () => {
  for (const minor of [990_000n, 990_012n, 990_050n, 990_058n, -990_001n])
    expect([provokedRefusal(minor), provokedFault(minor)]).toEqual([undefined, undefined]);
});
