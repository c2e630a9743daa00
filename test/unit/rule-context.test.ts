/** The context that a client sends: what is claimed is read or refused, and what is not claimed is missing, never zero. */
import { describe, expect, test } from 'vitest';
import { CONTEXT_FIELDS, readContext } from '../../src/fraud/context.ts';

const flawsOf = (json: unknown) => {
  const read = readContext(json);
  return read.ok ? [] : read.error.map(({ field }) => field);
};
const fieldOf = (json: object, field: string) => {
  const read = readContext(json);
  return read.ok ? read.value.get(field) : 'refused';
};

describe('the context of a transfer', () => {
  test('may be empty: everything is missing then', () => {
    const read = readContext({});
    expect(
      read.ok && [...CONTEXT_FIELDS.keys()].filter((field) => read.value.get(field) !== undefined),
    ).toEqual([]);
  });

  test('is read field by field', () => {
    const sent = {
      channel: 'upi',
      recurring: false,
      contact_age: 0,
      travel_speed: 901,
      country: 'IN',
      device: 'd:1.a',
    };
    const read = readContext(sent);
    expect(read.ok && Object.fromEntries(read.value)).toEqual(sent);
  });

  test('has one text for each address', () => {
    expect(fieldOf({ address: '2001:DB8:0:0::1' }, 'address')).toBe('2001:db8::1');
    expect(fieldOf({ address: '203.0.113.9' }, 'address')).toBe('203.0.113.9');
  });

  test.each([
    ['nothing', null],
    ['an array', []],
    ['a text', 'upi'],
  ])('is refused as %s', (_, json) => {
    expect(flawsOf(json)).toEqual(['']);
  });

  test.each([
    ['a field that is null', { channel: null }, 'channel'],
    ['an unknown channel', { channel: 'UPI' }, 'channel'],
    ['a number as a text', { recurring: 'true' }, 'recurring'],
    ['an age below zero', { contact_age: -1 }, 'contact_age'],
    ['an age that is no whole number', { contact_age: 0.5 }, 'contact_age'],
    ['an age without end', { contact_age: Number.POSITIVE_INFINITY }, 'contact_age'],
    ['an age that is no number', { contact_age: Number.NaN }, 'contact_age'],
    ['a zero below zero', { travel_speed: -0 }, 'travel_speed'],
    ['a speed of no vehicle', { travel_speed: 100_001 }, 'travel_speed'],
    ['a speed as a text', { travel_speed: '900' }, 'travel_speed'],
    ['a country in small letters', { country: 'in' }, 'country'],
    ['an empty device', { device: '' }, 'device'],
    ['a device of 65 characters', { device: 'd'.repeat(65) }, 'device'],
    ['a device with control characters', { device: 'd\u0000' }, 'device'],
    ['a host as an address', { address: 'example.org' }, 'address'],
    ['an address with a zone', { address: 'fe80::1%eth0' }, 'address'],
    ['an address of 300 characters', { address: '1'.repeat(300) }, 'address'],
    ['an object as a text', { channel: { toString: 'upi' } }, 'channel'],
    ['an unknown field', { mood: 'good' }, 'mood'],
    ['a field that every object has', { constructor: true }, 'constructor'],
  ])('is refused with %s', (_, json, field) => {
    expect(flawsOf(json)).toEqual([field]);
  });

  test('is told every flaw, with a long name cut', () => {
    expect(flawsOf({ channel: 1, ['x'.repeat(1000)]: 1, device: 'd' })).toEqual(['channel', 'x'.repeat(64)]);
  });
});
