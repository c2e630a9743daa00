/**
 * Networks that an API key may be used from: addresses and CIDR blocks of IPv4 and IPv6 (RFC 4632, RFC 4291 §2.3).
 *
 * A block has one way of being written here, so that a mistake in it shows: bits behind the prefix are zero, and an IPv4
 * address is written as one, not inside IPv6.
 */
import { BlockList, isIP } from 'node:net';
import { err, ok, type Result } from '../kernel/result.ts';

/** At one key. */
export const NETWORKS_MAX = 32;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** The block in lower case and with its prefix; or what is wrong with the text. */
export function parseNetwork(text: string): Result<string, string> {
  const [address = '', prefix, ...more] = text.toLowerCase().split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0)
    return err('use an address or a CIDR block, such as 203.0.113.0/24 or 2001:db8::/32');
  const bitsMax = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? bitsMax : /^(0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) : -1;
  if (bits < 0 || bits > bitsMax) return err(`use a prefix from 1 to ${bitsMax}`);
  if (bits === 0)
    return err('this is every address: leave networks out where a key may be used from anywhere');
  const value = numberOf(address);
  if (version === 6 && value >> 32n === 0xffffn) return err('write an IPv4 address as such: 203.0.113.7');
  if (value & ((1n << BigInt(bitsMax - bits)) - 1n))
    return err(`bits behind the prefix /${bits} must be zero: name the first address of the block`);
  return ok(`${address}/${bits}`);
}

/** An address as a number of 32 or 128 bits. Requires that it is one. */
function numberOf(address: string): bigint {
  if (isIP(address) === 4)
    return address.split('.').reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const embedded = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const hex = (high = '0', low = '0'): string => ((Number(high) << 8) | Number(low)).toString(16);
  const text = embedded
    ? `${address.slice(0, embedded.index)}${hex(embedded[1], embedded[2])}:${hex(embedded[3], embedded[4])}`
    : address;
  const [head = '', tail] = text.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const before = groups(head);
  const after = groups(tail);
  const gap = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...gap, ...after].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** Tells whether an address is in one of the blocks. Requires blocks as `parseNetwork` gives them. */
export function networkCheck(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => {
    // The zone of a link-local address is this machine's matter.
    const [plain = ''] = address.split('%');
    return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
  };
}

/** Whoever has one address of IPv6 has the whole block of /64 (RFC 4291 §2.5.4): it is one source. What is no address is its own. */
export function sourceOf(address: string): string {
  const [plain = ''] = address.split('%');
  return isIP(plain) === 6 ? `${(numberOf(plain) >> 64n).toString(16)}::/64` : plain;
}
