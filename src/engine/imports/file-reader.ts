/**
 * A file with its columns: gives what its rows mean, each with its line. Both passes read through it, so the second
 * one checks again what it posts.
 */
import {
  ACCOUNT_FIELDS,
  type AccountField,
  findColumns,
  type Mapping,
  PAYMENT_FIELDS,
  type PaymentField,
} from './columns.ts';
import { type Row, readRows } from './csv-rows.ts';
import { type ImportFile, MalformedFile } from './import-file.ts';
import { type NewAccount, type Payment, RowMeaning } from './read-row.ts';

export interface Meant<T> {
  readonly line: number;
  readonly meaning: T;
}

export interface FileReader<T> {
  readonly file: ImportFile;
  /** Each call reads the file from its start. Fails with MalformedFile. */
  read(): Reading<T>;
}

export interface Reading<T> {
  readonly batches: AsyncGenerator<readonly Meant<T>[], void, void>;
  bytesRead(): number;
  digest(): string;
}

export function paymentsOf(
  file: ImportFile,
  mapping: Mapping<PaymentField>,
  currency: string,
): FileReader<Payment> {
  const rows = new RowMeaning(file.name, currency);
  return readerOf(file, (header) => {
    const columns = findColumns(file.name, header, PAYMENT_FIELDS, mapping);
    return (row) => rows.payment(row, columns);
  });
}

export function accountsOf(
  file: ImportFile,
  mapping: Mapping<AccountField>,
  currency: string,
): FileReader<NewAccount> {
  const rows = new RowMeaning(file.name, currency);
  return readerOf(file, (header) => {
    const columns = findColumns(file.name, header, ACCOUNT_FIELDS, mapping);
    return (row) => rows.account(row, columns);
  });
}

type RowReading<T> = (row: Row) => T;

function readerOf<T>(
  file: ImportFile,
  onHeader: (header: readonly string[]) => RowReading<T>,
): FileReader<T> {
  return {
    file,
    read() {
      let meaningOf: RowReading<T> | undefined;
      const reader = readRows(file, (header) => {
        meaningOf = onHeader(header);
      });
      async function* batches(): AsyncGenerator<readonly Meant<T>[], void, void> {
        for await (const rows of reader.batches)
          yield rows.map((row) => ({ line: row.line, meaning: (meaningOf as RowReading<T>)(row) }));
      }
      return { batches: batches(), bytesRead: reader.bytesRead, digest: reader.digest };
    },
  };
}

/** Says that the second pass met other bytes than the first. */
export const changedFile = (file: ImportFile): MalformedFile =>
  new MalformedFile(file.name, undefined, 'the file changed while it was imported: import it again');
