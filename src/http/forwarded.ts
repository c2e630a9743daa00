/**
 * Whom a request comes from. `X-Forwarded-For` and `X-Forwarded-Proto` are anybody's text, so they count only when the
 * connection comes from a proxy that the operator named; then the nearest address that is no such proxy is the client.
 *
 * Addresses are personal data: they decide (may this client read metrics?) and are written nowhere.
 */
import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface Origin {
  /** Undefined when it cannot be told. */
  readonly address: string | undefined;
  /** The client's own connection is encrypted. */
  readonly secure: boolean;
}

const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.)/i, '');

const isTrusted = (address: string, trusted: BlockList): boolean => {
  const version = isIP(address);
  return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
};

export function originOf(incoming: IncomingMessage, trusted: BlockList | undefined): Origin {
  const { socket, headers } = incoming;
  const encrypted = (socket as Partial<TLSSocket>).encrypted === true;
  const peer = plain(socket.remoteAddress ?? '');
  const forwarded = headers['x-forwarded-for'];
  if (trusted === undefined || !isTrusted(peer, trusted)) {
    // Somebody forwards whom nobody named: the peer is not the client.
    const relayed = forwarded !== undefined || headers['forwarded'] !== undefined;
    return { address: relayed || peer === '' ? undefined : peer, secure: encrypted };
  }
  const hops = [String(forwarded ?? '')].flatMap((text) => text.split(',')).map(plain);
  const client = hops.findLast((hop) => !isTrusted(hop, trusted));
  const proto = String(headers['x-forwarded-proto'] ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return { address: client && isIP(client) !== 0 ? client : undefined, secure: proto === 'https' };
}

export const isLoopbackAddress = (address: string | undefined): boolean =>
  address !== undefined && (address === '::1' || /^127\./.test(address));
