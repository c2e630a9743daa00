/**
 * A server on a database of its own: the whole way of a request over loopback, in this process. Requests are made
 * with Node's own client, which sends what it is told: doubled headers, wrong bytes, bodies without a length.
 */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { BlockList } from 'node:net';
import type { KeyUses } from '../../src/engine/keys/key-uses.ts';
import type { Engine, UseCase } from '../../src/engine/use-case.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import type { App } from '../../src/http/answer.ts';
import { createApp } from '../../src/http/app.ts';
import { type RunningServer, serve } from '../../src/http/serve.ts';
import type { StreamLimits } from '../../src/http/stream-watch.ts';
import type { Scope } from '../../src/identity/api-key.ts';
import type { Rate } from '../../src/identity/rate.ts';
import { testPool } from './cluster.ts';
import { type EngineOptions, type Options, openTestEngine, type TestEngine } from './engine.ts';

export interface Sent {
  readonly key?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Serialised as JSON with its content type. */
  readonly json?: unknown;
  /** Sent as it is, in these chunks without Content-Length where there are several. */
  readonly body?: string | Buffer | readonly Buffer[];
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; an empty object where it is no JSON. */
  readonly body: Record<string, unknown>;
}

export interface TestServer {
  readonly test: TestEngine;
  readonly app: App;
  readonly url: string;
  /** Fields of every line that was logged. */
  readonly lines: Record<string, unknown>[];
  /** A new API key's token. */
  apiKey(scopes: readonly Scope[], options?: Options & { readonly expiresAt?: string }): Promise<string>;
  send(method: string, path: string, sent?: Sent): Promise<Received>;
  /** How many events are stored in all ledgers. */
  events(): Promise<number>;
  readonly server: RunningServer;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly trustedProxies?: BlockList;
  /** Puts something between the application and the engine. */
  readonly wrap?: (engine: Engine) => Engine;
  readonly useCases?: readonly UseCase[];
  readonly streamLimits?: StreamLimits;
  readonly engine?: EngineOptions;
  readonly keyUses?: Pick<KeyUses, 'note'>;
  readonly signInRate?: Rate;
}

export const ALL_SCOPES: readonly Scope[] = [
  'accounts:read',
  'accounts:write',
  'accounts:unrestricted',
  'transfers:read',
  'transfers:write',
  'transfers:reverse',
  'transfers:adjust',
  'periods:close',
  'factors:manage',
  'transfers:authorize',
  'proposals:read',
  'proposals:approve',
  'audit:read',
  'payments:stop',
  'payments:resume',
];

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const test = await openTestEngine(options.engine);
  const lines: Record<string, unknown>[] = [];
  const keep = (fields: Record<string, unknown>, message: string): void => {
    lines.push({ ...fields, message });
  };
  const app = createApp({
    engine: options.wrap?.(test.engine) ?? test.engine,
    useCases: options.useCases ?? USE_CASES,
    log: { info: keep, error: keep },
    trustedProxies: options.trustedProxies,
    ...(options.keyUses ? { keyUses: options.keyUses } : {}),
    ...(options.signInRate ? { signInRate: options.signInRate } : {}),
    ...(options.streamLimits ? { streamLimits: options.streamLimits } : {}),
    version: '0.0.0-test',
  });
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  return {
    test,
    app,
    url: server.url,
    lines,
    server,
    send: (method, path, sent) => send(server.url, method, path, sent),
    apiKey: async (scopes, { expiresAt, ...run } = {}) => {
      const expiry = expiresAt === undefined ? {} : { expires_at: expiresAt };
      const { body } = await test.run('key.create', { client: 'app', scopes, ...expiry }, run);
      return String(body['token']);
    },
    events: async () => {
      const sql = testPool(test.database.owner, 1);
      try {
        const [row] = await sql<{ count: string }[]>`select count(*) as count from bahi.event`;
        return Number(row?.count);
      } finally {
        await sql.end({ timeout: 5 });
      }
    },
    stop: async () => {
      await server.close(5000);
      await test.stop();
    },
  };
}

export function send(url: string, method: string, path: string, sent: Sent = {}): Promise<Received> {
  const { key, idempotencyKey, json } = sent;
  const body = json === undefined ? sent.body : JSON.stringify(json);
  const headers = {
    ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
    ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...sent.headers,
  };
  return new Promise((resolve, reject) => {
    let answered = false;
    const request = httpRequest(`${url}${path}`, { method, headers, agent: false }, (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = /[/+]json/.test(response.headers['content-type'] ?? '') && text !== '';
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
        });
      });
    });
    // After an early answer the rest of the body may not be taken any more.
    request.on('error', (error) => {
      if (!answered) reject(error);
    });
    if (Array.isArray(body)) {
      for (const chunk of body) request.write(chunk);
      request.end();
    } else request.end(body as string | Buffer | undefined);
  });
}
