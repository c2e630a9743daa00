/**
 * The least that Hono on Node can answer, in a process of its own: any POST with a small constant document. Nothing is
 * read, checked or logged. Says where it listens as the product does, and ends on SIGTERM.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** What the generator takes for an answer to a transfer. */
const ANSWER = { status: 'posted' };

const app = new Hono();
app.post('*', (c) => c.json(ANSWER, 201));

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
await once(server, 'listening');
process.stdout.write(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
process.once('SIGTERM', () => process.exit(0));
