/**
 * What one row means, or what is wrong with it. The same checks as at the wire, so that nothing enters by a file that
 * could not have come as a request: tokens, no shapes of personal data, exact amounts.
 */
import { exponentOf } from '../../kernel/currency.ts';
import { isAccountId } from '../../kernel/id.ts';
import { AMOUNT_MINOR_MAX, explainMoney, parseAmount, parseMinor } from '../../kernel/money.ts';
import { isToken, isUuid, personalShape } from '../../kernel/text.ts';
import type { AccountField, ColumnIndexes, PaymentField } from './columns.ts';
import type { Row } from './csv-rows.ts';
import { MalformedFile } from './import-file.ts';

export interface Payment {
  readonly debit: string;
  readonly credit: string;
  /** Minor units. */
  readonly amount: bigint;
  /** Verbatim; undefined where the file has none, or one that is no token. */
  readonly time: string | undefined;
  /** The file has a time here that was not kept. */
  readonly timeLeftOut: boolean;
}

export interface NewAccount {
  readonly code: string;
  /** Minor units, zero for none. */
  readonly openingBalance: bigint;
  readonly owner: string | null;
}

/** No shape of personal data is shorter: what is, needs no look. */
const PERSONAL_CHARS_MIN = 10;
const looksPersonal = (text: string): string | undefined =>
  text.length < PERSONAL_CHARS_MIN ? undefined : personalShape(text);

/** Reads rows of one file. Every method fails with MalformedFile. */
export class RowMeaning {
  readonly #file: string;
  readonly #currency: string;
  readonly #exponent: number;

  constructor(file: string, currency: string) {
    this.#file = file;
    this.#currency = currency;
    this.#exponent = exponentOf(currency);
  }

  payment(row: Row, columns: ColumnIndexes<PaymentField>): Payment {
    const text = row.fields[columns.time] ?? '';
    const time = isToken(text) && looksPersonal(text) === undefined ? text : undefined;
    return {
      debit: this.#code(row, columns.debit, 'debit'),
      credit: this.#code(row, columns.credit, 'credit'),
      amount: this.#amount(row, columns.amount),
      time,
      timeLeftOut: text !== '' && time === undefined,
    };
  }

  account(row: Row, columns: ColumnIndexes<AccountField>): NewAccount {
    const code = this.#code(row, columns.account, 'account');
    if (isAccountId(code)) this.#refuse(row, 'account', 'a code may not have the shape of an account id');
    return {
      code,
      openingBalance: this.#openingBalance(row, columns.opening_balance),
      owner: this.#owner(row, columns.owner),
    };
  }

  #code(row: Row, column: number, field: string): string {
    const text = row.fields[column] as string;
    if (!isToken(text))
      this.#refuse(
        row,
        field,
        'use 1 to 64 characters of A-Z a-z 0-9 . _ : - that begin with a letter or digit',
      );
    const shape = looksPersonal(text);
    if (shape !== undefined)
      this.#refuse(row, field, `this has the shape of a ${shape}: use a random token in its place`);
    return text;
  }

  #amount(row: Row, column: number): bigint {
    const amount = parseAmount(row.fields[column] as string, this.#exponent);
    return amount.ok
      ? amount.value
      : this.#refuse(row, 'amount', explainMoney(amount.error, this.#currency, this.#exponent));
  }

  #openingBalance(row: Row, column: number): bigint {
    const minor = parseMinor(row.fields[column] as string, this.#exponent);
    const problem = minor.ok ? (minor.value > AMOUNT_MINOR_MAX ? 'too_large' : undefined) : minor.error;
    if (problem !== undefined)
      this.#refuse(row, 'opening_balance', explainMoney(problem, this.#currency, this.#exponent));
    return minor.ok ? minor.value : 0n;
  }

  #owner(row: Row, column: number): string | null {
    const text = row.fields[column] ?? '';
    if (text === '') return null;
    if (!isUuid(text)) this.#refuse(row, 'owner', 'use the random UUID of the customer, or leave it empty');
    return text.toLowerCase();
  }

  #refuse(row: Row, field: string, problem: string): never {
    throw new MalformedFile(this.#file, row.line, `${field}: ${problem}`);
  }
}
