/**
 * A stretch of network between a process and PostgreSQL that can go wrong: connections are cut, stand still, lose
 * their answers or stay half open, and new ones may be refused.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { DatabaseOptions } from '../../src/db/postgres-url.ts';

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

export class FaultProxy {
  readonly #links = new Set<Link>();
  #server: Server | undefined;
  #target: DatabaseOptions;
  /** New connections are closed at once. */
  refusing = false;

  private constructor(target: DatabaseOptions) {
    this.#target = target;
  }

  static async to(target: DatabaseOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    const server = createServer((client) => proxy.#accept(client));
    proxy.#server = server;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  /** How a client reaches the database through here. */
  get options(): DatabaseOptions {
    const address = this.#server?.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { ...this.#target, host: '127.0.0.1', port };
  }

  #accept(client: Socket): void {
    client.on('error', () => {});
    if (this.refusing) {
      client.destroy();
      return;
    }
    const { host, port } = this.#target;
    const server = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    server.on('error', () => client.destroy());
    const link = { client, server };
    this.#links.add(link);
    client.on('close', () => {
      this.#links.delete(link);
      server.destroy();
    });
    server.on('close', () => client.destroy());
    client.pipe(server);
    server.pipe(client);
  }

  /** Ends every connection without a word, and drops what was on its way. */
  cut(): void {
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
  }

  /** Requests go on; answers stay here until the links are cut or `resume` is called. */
  holdAnswers(): void {
    for (const { client, server } of this.#links) server.unpipe(client);
  }

  holdRequests(): void {
    for (const { client, server } of this.#links) client.unpipe(server);
  }

  resume(): void {
    for (const { client, server } of this.#links) {
      server.unpipe(client);
      client.unpipe(server);
      server.pipe(client);
      client.pipe(server);
    }
  }

  /** Nothing passes any more and the server never hears that the client has gone. */
  halfOpen(): void {
    for (const link of this.#links) {
      const { client, server } = link;
      server.unpipe(client);
      client.unpipe(server);
      client.removeAllListeners('close');
      server.removeAllListeners('close');
      client.on('close', () => this.#links.delete(link));
      client.resume();
      server.resume();
      server.on('close', () => client.destroy());
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((done) => this.#server?.close(done));
  }
}
