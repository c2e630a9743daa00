/** Whoever acts at the shell of the machine: recorded as `shell:<user>`; idempotency keys belong to all of them together. */
import type { Actor } from './engine/command.ts';

export const shellActor = (user: string): Actor => ({
  name: `shell:${user.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 32) || 'unknown'}`,
  client: 'shell',
  apiKey: undefined,
});
