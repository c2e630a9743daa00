/** Times as text: RFC 3339 in UTC with six decimals, exact both ways. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMicros, istDay, parseMicros, parseMoment, systemClock } from '../../src/kernel/clock.ts';

const YEAR_2200_MICROS = 7_258_118_400_000_000;

test('a time that was formatted reads as the same microsecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: YEAR_2200_MICROS }), (micros) => {
      const text = formatMicros(micros);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(parseMicros(text)).toBe(micros);
    }),
  );
});

test('times sort as their texts do', () => {
  const micros = fc.integer({ min: 0, max: YEAR_2200_MICROS });
  fc.assert(
    fc.property(micros, micros, (a, b) => {
      expect(formatMicros(a) < formatMicros(b)).toBe(a < b);
    }),
  );
});

test('fewer decimals are read as well', () => {
  expect(parseMicros('1970-01-01T00:00:01Z')).toBe(1_000_000);
  expect(parseMicros('1970-01-01T00:00:00.5Z')).toBe(500_000);
  expect(parseMicros('2024-02-29T23:59:59.000001Z')).toBe(1_709_251_199_000_001);
});

test.each([
  '',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:60Z',
  '2026-01-01T00:00:00',
  '2026-01-01T00:00:00+05:30',
  '2026-01-01T00:00:00z',
  '2026-01-01 00:00:00Z',
  '2026-01-01',
  '2026-01-01T00:00:00.Z',
  '2026-01-01T00:00:00.1234567Z',
  '26-01-01T00:00:00Z',
  '2026-01-01T00:00:00Z\n',
])('%j is no time', (text) => {
  expect(parseMicros(text)).toBeUndefined();
});

test('the clock of the machine gives whole microseconds, and its monotonic side never goes back', () => {
  const readings = Array.from({ length: 100 }, () => systemClock.monotonicMs());
  expect(readings).toEqual(readings.toSorted((a, b) => a - b));
  expect(Number.isSafeInteger(systemClock.nowMicros())).toBe(true);
});

test('a moment is read at any offset', () => {
  const noon = parseMicros('2026-04-01T12:00:00.000001Z');
  for (const text of [
    '2026-04-01T12:00:00.000001Z',
    '2026-04-01T17:30:00.000001+05:30',
    '2026-04-01T00:30:00.000001-11:30',
    '2026-04-02T11:59:00.000001+23:59',
    '2026-04-01T12:00:00.000001-00:00',
  ])
    expect({ text, micros: parseMoment(text) }).toEqual({ text, micros: noon });
});

test.each([
  '',
  '+05:30',
  '2026-04-01T12:00:00',
  '2026-04-01T12:00:00Z+05:30',
  '2026-04-01T12:00:00 05:30',
  '2026-04-01T12:00:00+5:30',
  '2026-04-01T12:00:00+0530',
  '2026-04-01T12:00:00+24:00',
  '2026-04-01T12:00:00+05:60',
  '2026-02-30T12:00:00+05:30',
  '2026-04-01T12:00:00.1234567+05:30',
  '2026-04-01',
])('%j is no moment', (text) => {
  expect(parseMoment(text)).toBeUndefined();
});

test('a day of IST begins at 18:30 UTC of the day before and has 24 hours, over months, years and leap days', () => {
  const spans = ['2026-04-01', '2026-01-01', '2024-02-29', '2024-03-01'].map((day) => {
    const { start, end } = istDay(day) ?? { start: 0, end: 0 };
    return [formatMicros(start), formatMicros(end)];
  });
  expect(spans).toEqual([
    ['2026-03-31T18:30:00.000000Z', '2026-04-01T18:30:00.000000Z'],
    ['2025-12-31T18:30:00.000000Z', '2026-01-01T18:30:00.000000Z'],
    ['2024-02-28T18:30:00.000000Z', '2024-02-29T18:30:00.000000Z'],
    ['2024-02-29T18:30:00.000000Z', '2024-03-01T18:30:00.000000Z'],
  ]);
  for (const text of ['', '2026-02-29', '2026-4-1', '20260401', '2026-04-01T00:00:00Z', 'today'])
    expect(istDay(text)).toBeUndefined();
});
