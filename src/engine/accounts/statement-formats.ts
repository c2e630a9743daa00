/**
 * The formats of a statement. `json` is one document, an entry a line. `csv` (RFC 4180) is one table: the opening balance,
 * a row for each entry, and the closing balance with the sums. Every field of a row is an id, a token, a time or a
 * decimal, so none needs quotes, and none is taken for a formula by a spreadsheet.
 */
import type { StatementFormat } from './statement.ts';

export const STATEMENT_FORMATS = ['json', 'csv'] as const;
export type StatementFormatName = (typeof STATEMENT_FORMATS)[number];

export const STATEMENT_MEDIA: Readonly<Record<StatementFormatName, string>> = {
  json: 'application/json',
  csv: 'text/csv',
};

/** Members of an object, without its braces. */
const members = (value: object): string => JSON.stringify(value).slice(1, -1);

const json: StatementFormat = {
  begin: (begin) => `{${members(begin)},"entries":[`,
  line: (line, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(line)}`,
  end: (end) => `\n],${members(end)}}\n`,
};

const CSV_COLUMNS = [
  'line',
  'at',
  'transfer_id',
  'leg',
  'reference',
  'counterparty',
  'counterparty_code',
  'debit',
  'credit',
  'balance',
  'currency',
];

const row = (...fields: readonly (string | number | null)[]): string => `${fields.join(',')}\r\n`;
/** Where an entry has its transfer and its counterparty. */
const NONE = ['', '', '', '', ''] as const;

const csv: StatementFormat = {
  begin: ({ from, opening, account: { currency } }) =>
    row(...CSV_COLUMNS) + row('opening', from, ...NONE, '', '', opening.posted, currency),
  line({ direction, amount, ...line }, _, { account: { currency } }) {
    const { transfer_id, leg, reference, counterparty, counterparty_code, balance, at } = line;
    const sides = direction === 'debit' ? [amount, ''] : ['', amount];
    const whom = [counterparty, counterparty_code];
    return row('entry', at, transfer_id, leg, reference, ...whom, ...sides, balance, currency);
  },
  end: ({ closing, totals: { debits, credits } }, { to, account: { currency } }) =>
    row('closing', to, ...NONE, debits, credits, closing.posted, currency),
};

export const statementFormat = (name: StatementFormatName): StatementFormat => (name === 'csv' ? csv : json);
