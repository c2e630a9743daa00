/** Denials: counted by caller or source and minute, in bounded memory, and each told once. */
import { expect, test } from 'vitest';
import { DenialCount, type Denials } from '../../src/engine/denials/denial-count.ts';

const MINUTE = 60_000_000;
let now = 0;
const fresh = (): DenialCount => new DenialCount({ nowMicros: () => now }, Buffer.alloc(32));
const sum = (told: readonly Denials[]): number => told.reduce((total, { count }) => total + count, 0);
/** Everything that is told, in as many recordings as it takes. */
function takeAll(denials: DenialCount): Denials[] {
  const told = denials.take(true);
  for (let more = denials.take(); more.length > 0; more = denials.take()) told.push(...more);
  return told;
}

test('a minute is told when it is over, once, with a count for each source', () => {
  now = 5 * MINUTE + 1;
  const denials = fresh();
  for (const address of ['203.0.113.9', '203.0.113.9', '2001:db8::1', undefined])
    denials.unknown(address, 'transfer.create', 'unauthenticated');
  expect(denials.take()).toEqual([]);
  now = 6 * MINUTE;
  const told = denials.take();
  expect(told.map(({ minute, count, ledgerId }) => [minute, count, ledgerId])).toEqual([
    [5 * MINUTE, 2, 0],
    [5 * MINUTE, 1, 0],
    [5 * MINUTE, 1, 0],
  ]);
  expect(JSON.stringify(told)).not.toMatch(/203\.|db8/);
  expect(denials.take()).toEqual([]);
  denials.giveBack(told.slice(1));
  expect(denials.take()).toEqual(told.slice(1));
});

test('what could not be recorded makes way for what was not tried yet', () => {
  now = 6 * MINUTE;
  const denials = fresh();
  for (let i = 0; i < 600; i++) denials.known(5, { key: `key_${i}` }, 'account.list', 'forbidden');
  denials.known(6, { key: 'key_a' }, 'account.list', 'forbidden');
  denials.giveBack(denials.take(true));
  expect(denials.take().some(({ ledgerId }) => ledgerId === 6)).toBe(true);
});

test('known callers are counted by key or session, operation and code, in the ledger that they belong to', () => {
  now = 7 * MINUTE;
  const denials = fresh();
  const session = { operator: 'opr_1', session: 'ses_2' };
  for (const [ledgerId, who, operation, code] of [
    [5, { key: 'key_a' }, 'account.list', 'forbidden'],
    [5, { key: 'key_a' }, 'account.list', 'forbidden'],
    [5, { key: 'key_a' }, 'account.list', 'rate_limited'],
    [5, { key: 'key_a' }, 'transfer.create', 'forbidden'],
    [6, { key: 'key_b' }, 'account.list', 'forbidden'],
    [0, session, 'account.list', 'forbidden'],
  ] as const)
    denials.known(ledgerId, who, operation, code);
  const told = denials.take(true);
  expect(told.map(({ ledgerId, count }) => [ledgerId, count])).toEqual([
    [5, 2],
    [5, 1],
    [5, 1],
    [6, 1],
    [0, 1],
  ]);
  expect(told[0]).toMatchObject({ who: { key: 'key_a' }, operation: 'account.list', code: 'forbidden' });
  expect(told[4]).toMatchObject({ who: session });
  expect(new Set(told.map(({ name }) => name)).size).toBe(5);
});

test('more sources than there is room for are counted together, and take no room from known callers', () => {
  now = 8 * MINUTE;
  const denials = fresh();
  for (let i = 0; i < 1500; i++)
    denials.unknown(`10.0.${i >> 8}.${i & 255}`, 'account.list', 'unauthenticated');
  denials.known(5, { key: 'key_a' }, 'account.list', 'forbidden');
  const told = takeAll(denials);
  expect(told).toHaveLength(1002);
  expect(sum(told)).toBe(1501);
  expect(told.find(({ who }) => 'source' in who && who.source === 'others')).toMatchObject({ count: 500 });
  expect(told.find(({ who }) => 'key' in who)).toMatchObject({ count: 1, ledgerId: 5 });
});

test('while nothing can be recorded, memory is bounded and no denial is lost', () => {
  const denials = fresh();
  for (let minute = 0; minute < 60; minute++) {
    now = (100 + minute) * MINUTE;
    for (let i = 0; i < 300; i++)
      denials.unknown(`10.0.${i >> 8}.${i & 255}`, 'account.list', 'unauthenticated');
    // Each time it fails.
    denials.giveBack(denials.take());
  }
  const told = takeAll(denials);
  expect(told.length).toBeLessThanOrEqual(5501);
  expect(sum(told)).toBe(60 * 300);
  expect(told.at(-1)).toMatchObject({ who: { source: 'others' }, ledgerId: 0 });
  expect(denials.take(true)).toEqual([]);
});
