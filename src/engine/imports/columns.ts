/**
 * Which columns of a file mean what: by their own names, or as `--map debit=col,credit=col` says.
 *
 * The first line of a file names its columns. It is matched exactly and never repeated in a message: a file without a
 * header would otherwise put its first row there.
 */
import { err, ok, type Result } from '../../kernel/result.ts';
import { MalformedFile, MappingMismatch } from './import-file.ts';

export const PAYMENT_FIELDS = { required: ['debit', 'credit', 'amount'], optional: ['time'] } as const;
export const ACCOUNT_FIELDS = { required: ['account', 'opening_balance'], optional: ['owner'] } as const;

export type PaymentField = (typeof PAYMENT_FIELDS)['required' | 'optional'][number];
export type AccountField = (typeof ACCOUNT_FIELDS)['required' | 'optional'][number];

interface Fields<F extends string> {
  readonly required: readonly F[];
  readonly optional: readonly F[];
}

/** Column names by field; what it leaves out has the field's own name. */
export type Mapping<F extends string> = Readonly<Partial<Record<F, string>>>;
/** Index of each field's column, -1 for an optional one that the file does not have. */
export type ColumnIndexes<F extends string> = Readonly<Record<F, number>>;

/** Reads `field=column,field=column`. Fails with what is wrong with it. */
export function parseMapping<F extends string>(text: string, fields: Fields<F>): Result<Mapping<F>, string> {
  const names: readonly string[] = [...fields.required, ...fields.optional];
  const mapping: Record<string, string> = {};
  for (const part of text.split(',')) {
    const cut = part.indexOf('=');
    const field = part.slice(0, cut);
    const column = part.slice(cut + 1);
    if (cut < 1 || column === '') return err(`"${part}" must be field=column`);
    if (!names.includes(field)) return err(`there is no field ${field}: use ${names.join(', ')}`);
    if (Object.hasOwn(mapping, field)) return err(`${field} is mapped twice`);
    mapping[field] = column;
  }
  return ok(mapping as Mapping<F>);
}

/** Finds the columns in the first line of a file. Fails with MalformedFile, and with MappingMismatch where the mapping is at fault. */
export function findColumns<F extends string>(
  file: string,
  header: readonly string[],
  fields: Fields<F>,
  mapping: Mapping<F>,
): ColumnIndexes<F> {
  const indexes = {} as Record<F, number>;
  for (const field of [...fields.required, ...fields.optional]) {
    const column = mapping[field] ?? field;
    const index = header.indexOf(column);
    if (index < 0 && mapping[field] !== undefined)
      throw new MappingMismatch(
        file,
        1,
        `there is no column ${column}, which the mapping names for ${field}: name one of the first line`,
      );
    if (index < 0 && fields.required.includes(field))
      throw new MalformedFile(
        file,
        1,
        `there is no column ${column} for ${field}: name it with ${field}=<column> in the mapping`,
      );
    if (index >= 0 && header.indexOf(column, index + 1) >= 0)
      throw new MalformedFile(file, 1, `two columns are called ${column}: rename one`);
    indexes[field] = index;
  }
  return indexes;
}
