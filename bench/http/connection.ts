/**
 * One HTTP/1.1 connection of a load: writes prepared bytes, reads one answer, says what it was. It costs as little as
 * Node allows, since client and server share the machine: no HTTP client, no stream of chunks, one buffer for reading.
 */
import { connect, type Socket } from 'node:net';
import { countLines, isWhole, type LineCounts } from './stream-answer.ts';

export interface Answered {
  readonly status: number;
  /** The body's end (at most KEPT_BYTES of it), latin1. */
  readonly body: string;
  readonly retryAfter: boolean;
  /** Of an answer to a stream of lines. */
  readonly lines?: LineCounts;
}

/** status 0: the connection was lost before an answer. */
type OnAnswer = (answered: Answered) => void;

const READ_BYTES = 65_536;
const KEPT_BYTES = 2_048;
const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const LOST: Answered = { status: 0, body: '', retryAfter: false };

export class Connection {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #onAnswer: OnAnswer | undefined;
  /** A head of which only a part has come. */
  #early: Buffer | undefined;
  #body = '';
  /** Bytes of the body that have not come; -1 between answers. */
  #missing = -1;
  /** Parts of a body whose length is not known beforehand. */
  #chunks: Buffer[] | undefined;
  #status = 0;
  #retryAfter = false;

  constructor(url: URL) {
    this.#host = url.hostname;
    this.#port = Number(url.port);
  }

  get busy(): boolean {
    return this.#onAnswer !== undefined;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const socket = connect({
        host: this.#host,
        port: this.#port,
        noDelay: true,
        onread: {
          buffer,
          callback: (bytes) => {
            this.#read(buffer.subarray(0, bytes));
            return true;
          },
        },
      });
      this.#socket = socket;
      socket.once('connect', resolve);
      socket.on('error', reject);
      socket.on('close', () => {
        if (this.#socket === socket) this.#socket = undefined;
        this.#missing = -1;
        this.#early = undefined;
        this.#chunks = undefined;
        this.#finish(LOST);
      });
    });
  }

  /** Requires a connection that is not busy; `request` stays untouched until the answer. Reconnects after a loss. */
  send(request: Buffer, onAnswer: OnAnswer): void {
    this.#onAnswer = onAnswer;
    if (this.#socket) this.#socket.write(request);
    else
      this.open().then(
        () => this.#socket?.write(request),
        () => this.#finish(LOST),
      );
  }

  close(): void {
    this.#socket?.destroy();
  }

  #read(chunk: Buffer): void {
    let body = chunk;
    if (this.#missing < 0) {
      const all = this.#early ? Buffer.concat([this.#early, chunk]) : chunk;
      const end = all.indexOf(HEAD_END, 0, 'latin1');
      this.#early = end < 0 ? Buffer.from(all) : undefined;
      if (end < 0) return;
      this.#begin(all.toString('latin1', 0, end));
      body = all.subarray(end + HEAD_END.length);
    }
    if (this.#chunks) {
      this.#addChunk(this.#chunks, body);
      return;
    }
    this.#missing -= body.length;
    const kept = body.toString('latin1', Math.max(0, body.length - KEPT_BYTES));
    this.#body = this.#body === '' ? kept : (this.#body + kept).slice(-KEPT_BYTES);
    if (this.#missing > 0) return;
    this.#missing = -1;
    this.#finish({ status: this.#status, body: this.#body, retryAfter: this.#retryAfter });
  }

  #addChunk(chunks: Buffer[], body: Buffer): void {
    // A copy: the buffer is read into again.
    chunks.push(Buffer.from(body));
    if (!isWhole(body) && !isWhole(Buffer.concat(chunks.slice(-5).map((chunk) => chunk.subarray(-5)))))
      return;
    this.#missing = -1;
    this.#chunks = undefined;
    const lines = countLines(Buffer.concat(chunks));
    this.#finish({ status: this.#status, body: '', retryAfter: false, lines });
  }

  #begin(head: string): void {
    this.#body = '';
    this.#status = Number(head.slice(9, 12));
    this.#missing = Number(LENGTH.exec(head)?.[1] ?? 0);
    this.#chunks = CHUNKED.test(head) ? [] : undefined;
    this.#retryAfter = this.#status >= 400 && /\r\nretry-after:/i.test(head);
  }

  #finish(answered: Answered): void {
    const onAnswer = this.#onAnswer;
    this.#onAnswer = undefined;
    onAnswer?.(answered);
  }
}
