/**
 * A file to import, and how one is refused.
 *
 * It is read twice, once to check all of it and once to post it, so it must give the same bytes each time. A refusal
 * names file, line and column and says what to do; it never repeats a value, which could be personal data.
 */

export interface ImportFile {
  /** As the person who started the import calls it. */
  readonly name: string;
  readonly bytes: number;
  /** Reads from the start. */
  open(): AsyncIterable<Buffer>;
}

/** The file shows by itself that it cannot be imported; nothing of it was stored, unless it changed meanwhile. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile';
  readonly file: string;
  /** First line of the row, from 1; undefined where the whole file is meant. */
  readonly line: number | undefined;
  constructor(file: string, line: number | undefined, problem: string) {
    super(`${file}${line === undefined ? '' : `, line ${line}`}: ${problem}`);
    this.file = file;
    this.line = line;
  }
}

/** The mapping names a column that the file does not have: the call is wrong, not the file. */
export class MappingMismatch extends MalformedFile {}
