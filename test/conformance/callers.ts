/** Who asks in the table: three API keys, which are the first three events of every ledger that it is run through. */
import type { Actor } from '../../src/engine/command.ts';
import type { Scope } from '../../src/identity/api-key.ts';
import { formatId } from '../../src/kernel/id.ts';
import { SHELL, type Step } from '../support/arbitrary-commands.ts';
import type { Who } from './table.ts';

export const WHO: readonly Who[] = ['clerk', 'app', 'other'];
export const CLIENTS: Record<Who, { readonly client: string; readonly scopes: readonly Scope[] }> = {
  clerk: {
    client: 'bank',
    scopes: [
      'accounts:read',
      'accounts:write',
      'accounts:unrestricted',
      'transfers:write',
      'transfers:unrestricted',
      'transfers:reverse',
      'transfers:adjust',
      'periods:close',
      'factors:manage',
      'transfers:authorize',
      'proposals:approve',
      'payments:stop',
      'payments:resume',
    ],
  },
  app: {
    client: 'bank',
    scopes: ['accounts:write', 'transfers:write', 'transfers:reverse', 'proposals:approve'],
  },
  other: {
    client: 'other',
    scopes: ['transfers:write', 'transfers:reverse', 'transfers:unrestricted', 'proposals:approve'],
  },
};

export const LEDGER = 7;

export const actorOf = (who: Who): Actor => {
  const apiKey = WHO.indexOf(who) + 1;
  return { name: formatId('key', LEDGER, apiKey), client: CLIENTS[who].client, apiKey };
};

export const keySteps = (): Step[] =>
  WHO.map((who) => ({
    actor: SHELL,
    atomic: false,
    intents: [
      {
        key: who,
        command: {
          type: 'key.create',
          ...CLIENTS[who],
          prefix: who,
          secretHash: '0'.repeat(64),
          expiresAt: null,
        },
      },
    ],
  }));
