/**
 * A request's body chunk by chunk, read only as far as somebody asks: while nobody does, the connection stands still
 * and the client with it (TCP's own backpressure).
 */
import type { IncomingMessage } from 'node:http';

/** `gone`: the client went away before the end. */
export type BodyEnd = 'complete' | 'gone' | 'stopped';

export class BodyChunks {
  readonly #incoming: IncomingMessage;
  #asked: ((chunk: Buffer | undefined) => void) | undefined;
  #come: Buffer[] = [];
  /** How it ended; undefined while more may come. */
  end: BodyEnd | undefined;

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
    incoming.on('data', this.#onData);
    incoming.on('end', this.#onEnd).on('close', this.#onGone).on('error', this.#onGone);
    incoming.pause();
    // It went away while its key was looked up.
    if (incoming.destroyed) this.#finish('gone');
  }

  /** True while somebody waits for the client. */
  get asked(): boolean {
    return this.#asked !== undefined;
  }

  /** Undefined at the end; what was read before a stop is not given out. */
  next(): Promise<Buffer | undefined> {
    if (this.end !== 'stopped') {
      const chunk = this.#come.shift();
      if (chunk) return Promise.resolve(chunk);
    }
    if (this.end) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#asked = resolve;
      this.#incoming.resume();
    });
  }

  /** Reads no more. */
  stop(): void {
    this.#finish('stopped');
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#incoming.pause();
    if (this.#asked) this.#hand(chunk);
    else this.#come.push(chunk);
  };
  readonly #onEnd = (): void => this.#finish('complete');
  readonly #onGone = (): void => this.#finish('gone');

  #finish(end: BodyEnd): void {
    if (this.end) return;
    this.end = end;
    this.#incoming.off('data', this.#onData);
    this.#hand(undefined);
  }

  #hand(chunk: Buffer | undefined): void {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.(chunk);
  }
}
