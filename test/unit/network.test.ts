/** Networks of API keys: one way of writing a block, and who is in it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networkCheck, parseNetwork } from '../../src/identity/network.ts';

describe('a network', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['64:ff9b::192.0.2.0/120', '64:ff9b::192.0.2.0/120'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8/128'],
    ['::', '::/128'],
  ])('%s is %s', (text, network) => {
    expect(parseNetwork(text)).toEqual({ ok: true, value: network });
  });

  test.each([
    '',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '0203.0.113.7',
    '203.0.113.0/',
    '203.0.113.0/33',
    '203.0.113.0/024',
    '203.0.113.0/-1',
    '203.0.113.0/24/24',
    '203.0.113.0/255.255.255.0',
    ' 203.0.113.0/24',
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/129',
    'fe80::1%eth0',
    '::ffff:203.0.113.7',
    '::ffff:0:0/96',
    '203.0.113.7/24',
    '2001:db8::1/64',
    '128.0.0.1/1',
  ])('is not %s', (text) => {
    expect(parseNetwork(text).ok).toBe(false);
  });

  test('has all bits behind the prefix zero, for every block', () => {
    const ipv4 = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 32 }));
    fc.assert(
      fc.property(ipv4, ([value, bits]) => {
        const address = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
        expect(parseNetwork(`${address}/${bits}`).ok).toBe(value % 2 ** (32 - bits) === 0);
      }),
    );
  });
});

describe('an address', () => {
  const isIn = networkCheck(['203.0.113.0/24', '198.51.100.7/32', '2001:db8::/32', 'fe80::/64']);

  test.each(['203.0.113.0', '203.0.113.255', '198.51.100.7', '2001:db8:ffff::1', 'fe80::1%eth0'])(
    '%s is in one of the blocks',
    (address) => {
      expect(isIn(address)).toBe(true);
    },
  );

  test.each([
    '203.0.112.255',
    '203.0.114.0',
    '198.51.100.8',
    '2001:db9::',
    '::1',
    'fe80:0:0:1::1',
    '',
    'nobody',
  ])('%s is in none of them', (address) => {
    expect(isIn(address)).toBe(false);
  });
});
