/**
 * Lines out as they come, in few writes: what is added in one go of the event loop (the answers of one commit) leaves
 * together. A client that does not read is not run ahead of: `add` then says when to go on.
 */
import type { ServerResponse } from 'node:http';

const WRITE_CHARS = 65_536;

export class LineWriter {
  readonly #outgoing: ServerResponse;
  readonly #begin: () => void;
  #begun = false;
  #text = '';
  #scheduled = false;
  #ending = false;
  #drained: PromiseWithResolvers<void> | undefined;

  /** `begin` is called once, before the first bytes: it sends the head. */
  constructor(outgoing: ServerResponse, begin: () => void) {
    this.#outgoing = outgoing;
    this.#begin = begin;
    const onDrain = (): void => {
      this.#drained?.resolve();
      this.#drained = undefined;
    };
    outgoing.on('drain', onDrain).on('close', onDrain).on('error', onDrain);
  }

  /** True once a line was given to it. */
  get begun(): boolean {
    return this.#begun;
  }

  /** True while the client has not read what was sent. */
  get waits(): boolean {
    return this.#ending || this.#drained !== undefined;
  }

  /** Resolves when the client has read enough for more; undefined: at once. */
  add(line: string): Promise<void> | undefined {
    if (this.#outgoing.destroyed) return undefined;
    this.#begun = true;
    this.#text += `${line}\n`;
    if (this.#text.length >= WRITE_CHARS) this.#flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
    return this.#drained?.promise;
  }

  /** Resolves when the last byte was handed to the system, or nobody is there any more. */
  end(): Promise<void> {
    this.#flush();
    if (this.#outgoing.destroyed) return Promise.resolve();
    if (!this.#outgoing.headersSent) this.#begin();
    this.#ending = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#outgoing.once('close', resolve);
    this.#outgoing.end(() => resolve());
    return promise;
  }

  #flush(): void {
    if (this.#text === '' || this.#outgoing.destroyed) return;
    if (!this.#outgoing.headersSent) this.#begin();
    const text = this.#text;
    this.#text = '';
    if (!this.#outgoing.write(text)) this.#drained ??= Promise.withResolvers();
  }
}
