/**
 * Which codes a file has named already, in 16 to 32 bytes a code however long the codes are: ten million accounts fit
 * where their texts would not.
 *
 * Open addressing over the first 64 bits of SHA-256. Two codes that share them would refuse a good file (one chance in
 * 370,000 with ten million codes) and never accept a bad one.
 */
import { hash } from 'node:crypto';

const SLOTS_AT_START = 1024;

export class SeenCodes {
  /** Two words a slot; both zero: free. A power of two of slots. */
  #words = new Uint32Array(SLOTS_AT_START * 2);
  #count = 0;

  /** False when the code was there before. */
  add(code: string): boolean {
    const digest = hash('sha256', code, 'buffer');
    if (!insert(this.#words, digest.readUInt32LE(0), digest.readUInt32LE(4) || 1)) return false;
    this.#count++;
    if (this.#count * 4 > this.#words.length) this.#grow();
    return true;
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    for (let i = 0; i < this.#words.length; i += 2)
      if (this.#words[i + 1] !== 0) insert(words, this.#words[i] as number, this.#words[i + 1] as number);
    this.#words = words;
  }
}

function insert(words: Uint32Array, low: number, high: number): boolean {
  const mask = words.length - 1;
  for (let i = (low * 2) & mask; ; i = (i + 2) & mask) {
    if (words[i + 1] === 0) {
      words[i] = low;
      words[i + 1] = high;
      return true;
    }
    if (words[i] === low && words[i + 1] === high) return false;
  }
}
