/** Arbitraries of commands about API keys: any that the command line may make, and those of a script. */
import fc from 'fast-check';
import type { Command } from '../../src/engine/command.ts';
import { SCOPES, type Scope } from '../../src/identity/api-key.ts';
import { NUMBER_MAX } from '../../src/kernel/id.ts';

/** Of the keys of scripts that may do more than transfer. */
export const UNRESTRICTED: readonly Scope[] = [
  'accounts:unrestricted',
  'transfers:write',
  'transfers:unrestricted',
  'transfers:adjust',
  'factors:manage',
  'proposals:approve',
];

const secretHash = fc.stringMatching(/^[0-9a-f]{64}$/);
const number = fc.integer({ min: 1, max: NUMBER_MAX });
const newKey = {
  prefix: fc.stringMatching(/^[0-9a-v]{8}$/),
  secretHash,
  expiresAt: fc.option(fc.integer({ min: 1, max: 4_000_000_000_000_000 }), { nil: null }),
  rate: fc.constantFrom('1/d', '1000000/s'),
  networks: fc.constantFrom(['203.0.113.0/24'], ['192.0.2.7/32', '2001:db8::/32']),
};
const NEW_KEY = ['type', 'prefix', 'secretHash', 'expiresAt'] as const;

export const anyKeyCommands = (client: fc.Arbitrary<string>) => [
  fc.record(
    {
      type: fc.constant('key.create' as const),
      client,
      scopes: fc.subarray([...SCOPES], { minLength: 1 }),
      ...newKey,
    },
    { requiredKeys: [...NEW_KEY, 'client', 'scopes'] },
  ),
  fc.record({ type: fc.constant('key.revoke' as const), apiKey: number }),
  fc.record(
    {
      type: fc.constant('key.rotate' as const),
      apiKey: number,
      ...newKey,
      overlapSeconds: fc.integer({ min: 0, max: 90 * 86_400 }),
    },
    { requiredKeys: [...NEW_KEY, 'apiKey', 'overlapSeconds'] },
  ),
];

/** On the keys of these numbers, of which some may be none. */
export function scriptKeyCommands(
  numbers: readonly number[],
  overlapSeconds: readonly number[],
): Readonly<Record<'revoke' | 'rotate', fc.Arbitrary<Command>>> {
  const apiKey = fc.constantFrom(...numbers);
  return {
    revoke: fc.record({ type: fc.constant('key.revoke' as const), apiKey }),
    // Prefixes that two rotations share are refused by the database: they are as random as a real one's.
    rotate: fc.record({
      type: fc.constant('key.rotate' as const),
      apiKey,
      prefix: fc.uuid({ version: 4 }).map((text) => text.slice(0, 8)),
      secretHash,
      expiresAt: fc.constant(null),
      overlapSeconds: fc.constantFrom(...overlapSeconds),
    }),
  };
}
