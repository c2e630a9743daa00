/**
 * Rows of a CSV file (RFC 4180, UTF-8) as a stream of batches, each row with the line that it begins on.
 *
 * The parser is fed chunk by chunk and gives its rows through a callback, so that a row costs no turn of a stream.
 * Both line ends, a byte order mark, quoted fields and blank lines are read; everything else that is not regular is
 * refused with its line: a ragged row, a lost quote, bytes that are no UTF-8.
 */
import { createHash } from 'node:crypto';
import { type CsvError, type Parser, parse } from 'csv-parse';
import { type ImportFile, MalformedFile } from './import-file.ts';

export interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

export interface RowReader {
  /** The rows behind the header, a chunk of the file at a time. */
  readonly batches: AsyncGenerator<readonly Row[], void, void>;
  /** Bytes read so far. */
  bytesRead(): number;
  /** SHA-256 of the bytes, lower-case hex; once, after the last batch. */
  digest(): string;
}

/** Longest row, so that a quote that is never closed does not fill the memory. */
const ROW_BYTES_MAX = 65_536;
const UTF16_MARKS = ['fffe', 'feff'];

/** `onHeader` gets the names of the first line, before any row. Fails with MalformedFile. */
export function readRows(file: ImportFile, onHeader: (names: readonly string[]) => void): RowReader {
  const hash = createHash('sha256');
  let bytes = 0;
  let rows: Row[] = [];
  let width: number | undefined;
  /** Line of the next row but for blank lines; counted here, since the parser counts CRLF inside quotes twice. */
  let nextLine = 1;
  let blankLines = 0;

  const lineNow = (): number => {
    nextLine += parser.info.empty_lines - blankLines;
    blankLines = parser.info.empty_lines;
    return nextLine;
  };
  const onRow = (fields: readonly string[]): void => {
    const line = lineNow();
    nextLine++;
    for (const field of fields) {
      if (field.includes('\n')) nextLine += field.split('\n').length - 1;
      if (field.includes('\uFFFD'))
        throw new MalformedFile(file.name, line, 'the row is not valid UTF-8: save the file as UTF-8');
    }
    if (width === undefined) {
      width = fields.length;
      onHeader(fields);
    } else if (fields.length === width) {
      rows.push({ line, fields });
    } else {
      const problem = `the row has ${fields.length} fields and the first line ${width}: make them agree`;
      throw new MalformedFile(file.name, line, problem);
    }
  };
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: ROW_BYTES_MAX,
    on_record: (fields: readonly string[]) => {
      onRow(fields);
      return null;
    },
  });
  // Errors come through the callbacks of write and end.
  parser.on('error', () => {});

  async function* batches(): AsyncGenerator<readonly Row[], void, void> {
    try {
      for await (const chunk of file.open()) {
        if (bytes === 0 && UTF16_MARKS.includes(chunk.toString('hex', 0, 2)))
          throw new MalformedFile(file.name, 1, 'the file is UTF-16: save it as UTF-8');
        hash.update(chunk);
        bytes += chunk.length;
        await write(parser, chunk);
        if (rows.length > 0) yield take();
      }
      await end(parser);
    } catch (cause) {
      throw refused(file, lineNow(), cause);
    } finally {
      parser.destroy();
    }
    if (width === undefined)
      throw new MalformedFile(file.name, undefined, 'the file is empty: the first line names the columns');
    if (rows.length > 0) yield take();
  }
  const take = (): readonly Row[] => {
    const batch = rows;
    rows = [];
    return batch;
  };
  return { batches: batches(), bytesRead: () => bytes, digest: () => hash.digest('hex') };
}

const write = (parser: Parser, chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.write(chunk, (error) => (error ? reject(error) : resolve()));
  });

const end = (parser: Parser): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.once('error', reject);
    parser.end(resolve);
  });

const CSV_PROBLEMS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted field is not closed: add the missing " or double it inside the field',
  CSV_INVALID_CLOSING_QUOTE: 'a " stands inside a quoted field: double it',
  INVALID_OPENING_QUOTE: 'a " stands inside a field without quotes: quote the whole field and double it',
  CSV_MAX_RECORD_SIZE: `the row is longer than ${ROW_BYTES_MAX} bytes: look for a " that is not closed`,
};

/** The parser's own messages repeat values, so only their codes are used. */
function refused(file: ImportFile, line: number, cause: unknown): unknown {
  const problem = CSV_PROBLEMS[(cause as Partial<CsvError>).code ?? ''];
  return problem === undefined ? cause : new MalformedFile(file.name, line, problem);
}
