/** A client of a stream that sends and reads as a test tells it to, both at once. */
import { Agent, type IncomingMessage, request } from 'node:http';
import type { ItemStatus } from '../../src/engine/render.ts';

export interface LineAnswer {
  readonly line: number;
  readonly idempotency_key?: string;
  readonly status: ItemStatus | 'ended';
  readonly replayed?: boolean;
  readonly transfer?: Readonly<Record<string, unknown>>;
  readonly problem?: Readonly<Record<string, unknown>>;
}

/** Amounts in INR; one leg. */
export const payment = (idempotency_key: string, debit: string, credit: string, amount: string): string =>
  `${JSON.stringify({ idempotency_key, legs: [{ debit, credit, amount, currency: 'INR' }] })}\n`;

export class StreamClient {
  readonly #request;
  readonly #response: Promise<IncomingMessage>;
  #text = '';
  #wake: () => void = () => {};
  /** Every line that came, parsed. */
  readonly answers: LineAnswer[] = [];
  /** Resolves when the answer is complete or the connection is lost; true for complete. */
  readonly ended: Promise<boolean>;

  constructor(url: string, key: string, headers: Readonly<Record<string, string>> = {}) {
    this.#request = request(`${url}/v1/transfers/batch`, {
      method: 'POST',
      // Keeps its connection, as the clients of a service do.
      agent: new Agent({ keepAlive: true }),
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-ndjson', ...headers },
    });
    this.#request.flushHeaders();
    this.#response = new Promise((resolve, reject) => {
      this.#request.on('response', resolve).on('error', reject);
    });
    this.ended = this.#response.then(
      (response) =>
        new Promise<boolean>((resolve) => {
          response.on('data', (chunk: Buffer) => this.#take(chunk));
          response.on('error', () => {}).on('close', () => resolve(response.complete));
        }),
      () => false,
    );
  }

  get response(): Promise<IncomingMessage> {
    return this.#response;
  }

  /** Resolves once the connection takes more. */
  async send(text: string | Buffer): Promise<void> {
    if (this.#request.destroyed || this.#request.write(text)) return;
    await new Promise<void>((resolve) => {
      this.#request.once('drain', resolve).once('close', resolve);
    });
  }

  end(): void {
    this.#request.end();
  }

  /** Reads no answers until `read` is called. */
  async hold(): Promise<void> {
    (await this.#response).pause();
  }

  async read(): Promise<void> {
    (await this.#response).resume();
  }

  /** Goes away without a word. */
  abort(): void {
    this.#request.destroy();
  }

  /** Sends everything and reads everything. */
  async exchange(text: string | Buffer): Promise<readonly LineAnswer[]> {
    await this.send(text);
    this.end();
    await this.ended;
    return this.answers;
  }

  /** Resolves when so many lines have come. */
  async answered(count: number): Promise<void> {
    while (this.answers.length < count)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  #take(chunk: Buffer): void {
    this.#text += chunk.toString('latin1');
    const lines = this.#text.split('\n');
    this.#text = lines.pop() as string;
    for (const line of lines) this.answers.push(JSON.parse(line) as LineAnswer);
    this.#wake();
  }
}
