/**
 * A listening server, and how it ends: it stops accepting, lets running requests finish within the grace, and closes.
 *
 * What was answered is durable before the answer leaves, so an end loses nothing that was acknowledged; a client that
 * hears nothing asks again with the same key. Node's parser is the strict one; slow senders are cut off by its
 * timeouts; what it cannot parse is answered as a problem as well.
 */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { FailureError } from '../kernel/failure.ts';
import type { App, AppEnv, ServerLife } from './answer.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { newRequestId } from './request-id.ts';

export interface Listen {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** PEM texts. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
}

export interface RunningServer {
  readonly url: string;
  /** Resolves when every connection is closed, after `graceMs` by force. Called twice, it ends once. */
  close(graceMs: number): Promise<void>;
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
} as const;

/** Fails with the system's error when the address cannot be listened on. */
export async function serve(app: App, { host, port, tls }: Listen): Promise<RunningServer> {
  const running = new Set<ServerResponse>();
  let closing: Promise<void> | undefined;
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const endless = new WeakSet<IncomingMessage>();
  const life: ServerLife = {
    endless: (incoming) => {
      endless.add(incoming);
      return ending.signal;
    },
  };
  const listener = getRequestListener(
    (request, bindings) => app.fetch(request, Object.assign(bindings, { life }) as AppEnv['Bindings']),
    { errorHandler: () => refusedRequest() },
  );
  /** A head that went out long ago may have promised that its connection stays. */
  const letGo = (): void => {
    if (closing) setImmediate(() => server.closeIdleConnections());
  };
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    running.add(outgoing);
    outgoing.once('close', () => {
      running.delete(outgoing);
      letGo();
    });
    // The body may end after its answer.
    incoming.once('close', letGo);
    if (closing) outgoing.shouldKeepAlive = false;
    if (!app.direct?.(incoming, outgoing)) void listener(incoming, outgoing);
  };
  const server: Server = tls
    ? createTlsServer({ ...LIMITS, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' }, onRequest)
    : createServer(LIMITS, onRequest);
  // RFC 9112 §9.6: a client may close its side behind the request and read on. Node ends both sides by default, and what
  // was posted would go unheard.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const busy = [...running].filter((outgoing) => outgoing.socket === socket);
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && busy.some(({ req }) => endless.has(req))) return;
    // What came before it on this connection may be posting right now: it keeps its own answer, and is the last.
    for (const outgoing of busy) outgoing.shouldKeepAlive = false;
    if (busy.length === 0) answerUnparsable(error, socket);
    // The rest of a body will never come, or not in time.
    else if (busy.every(({ req }) => !req.complete)) socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

  const close = async (graceMs: number): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // Connections that carry a running request end with its answer.
    for (const outgoing of running) outgoing.shouldKeepAlive = false;
    ending.abort();
    const overdue = setTimeout(() => server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(overdue);
  };
  return {
    url: urlOf(server.address() as AddressInfo, tls !== undefined),
    close: (graceMs) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

function urlOf({ address, family, port }: AddressInfo, secure: boolean): string {
  return `${secure ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** A request whose target or Host is no address: it never reached the application. */
function refusedRequest(): Response {
  const requestId = newRequestId();
  const { status, body } = problemOf(notHttp(), requestId);
  const headers = { 'Content-Type': PROBLEM_TYPE, 'Request-Id': requestId, 'Cache-Control': 'no-store' };
  return new Response(JSON.stringify(body), { status, headers });
}

const notHttp = (): FailureError =>
  new FailureError(
    'invalid_request',
    'The request is not valid HTTP: check its target, its Host and its headers.',
  );

function answerUnparsable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = newRequestId();
  const text = JSON.stringify(problemOf(notHttp(), requestId).body);
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: ${PROBLEM_TYPE}\r\nRequest-Id: ${requestId}\r\n` +
      `Connection: close\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
