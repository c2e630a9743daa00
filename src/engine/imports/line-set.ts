/** A set of line numbers, one bit a line. */
export class LineSet {
  #bits = new Uint8Array(128);

  add(line: number): void {
    const index = line >>> 3;
    if (index >= this.#bits.length) {
      const bits = new Uint8Array(Math.max(index + 1, this.#bits.length * 2));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    this.#bits[index] = (this.#bits[index] as number) | (1 << (line & 7));
  }

  has(line: number): boolean {
    return ((this.#bits[line >>> 3] ?? 0) & (1 << (line & 7))) !== 0;
  }
}
