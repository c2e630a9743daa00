/**
 * Bytes to lines (NDJSON): a line ends with LF, and the last one may do without. Whatever the chunks, the lines are the same.
 *
 * In UTF-8 the byte 0x0A stands for nothing else, so lines are cut before they are decoded, and a line that is no UTF-8
 * spoils no other. Memory is one line: one that is longer than it may be is found before it is kept.
 */
const LF = 0x0a;
const CR = 0x0d;

export class LineSplitter {
  readonly #bytesMax: number;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The beginning of a line whose end has not come yet. */
  #kept: Buffer;
  #keptBytes = 0;

  /** `bytesMax` does not count the end of the line. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#kept = Buffer.alloc(0);
  }

  /** Requires that `next` has said that nothing is left of the chunk before. */
  feed(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next whole line, without its end; its bytes hold until the next call. Nothing may be asked after `too_long`. */
  next(): Buffer | 'too_long' | undefined {
    const end = this.#chunk.indexOf(LF, this.#at);
    const piece = this.#chunk.subarray(this.#at, end === -1 ? this.#chunk.length : end);
    // A CR may yet turn out to be part of the end.
    const bytes = this.#keptBytes + piece.length;
    if (bytes > this.#bytesMax + 1) return 'too_long';
    this.#at = end === -1 ? this.#chunk.length : end + 1;
    if (end !== -1 && this.#keptBytes === 0) return this.#checked(piece);
    this.#keep(piece);
    return end === -1 ? undefined : this.#takeKept();
  }

  /** What stands after the last end of a line, once everything has come; undefined where nothing does. */
  last(): Buffer | 'too_long' | undefined {
    return this.#keptBytes === 0 ? undefined : this.#takeKept();
  }

  #takeKept(): Buffer | 'too_long' {
    const line = this.#kept.subarray(0, this.#keptBytes);
    this.#keptBytes = 0;
    return this.#checked(line);
  }

  #checked(line: Buffer): Buffer | 'too_long' {
    const text = line.at(-1) === CR ? line.subarray(0, -1) : line;
    return text.length > this.#bytesMax ? 'too_long' : text;
  }

  #keep(piece: Buffer): void {
    const bytes = this.#keptBytes + piece.length;
    if (bytes > this.#kept.length) {
      const room = Buffer.allocUnsafeSlow(Math.min(this.#bytesMax + 1, Math.max(1024, bytes * 2)));
      this.#kept.copy(room, 0, 0, this.#keptBytes);
      this.#kept = room;
    }
    piece.copy(this.#kept, this.#keptBytes);
    this.#keptBytes = bytes;
  }
}
