/**
 * The formats of an export by name. Beside the journals: `jsonl`, one transfer a line exactly as the API shows it, and
 * `csv`, one leg a row (RFC 4180). Every field of a row is an id, a token, a time or a decimal, so none needs quotes,
 * and none begins with a character that a spreadsheet takes for a formula.
 */
import { transferView } from '../render.ts';
import { beancountJournal } from './beancount.ts';
import { hledgerJournal } from './hledger.ts';
import type { ExportFormat } from './posted.ts';

export const EXPORT_FORMATS = ['hledger', 'beancount', 'jsonl', 'csv'] as const;
export type ExportFormatName = (typeof EXPORT_FORMATS)[number];

export function exportFormat(name: ExportFormatName): ExportFormat {
  switch (name) {
    case 'hledger':
      return hledgerJournal();
    case 'beancount':
      return beancountJournal();
    case 'jsonl':
      return jsonLines;
    case 'csv':
      return csvRows;
  }
}

const jsonLines: ExportFormat = {
  header: '',
  account: () => '',
  transfer: ({ event }) => `${JSON.stringify(transferView(event))}\n`,
};

const CSV_COLUMNS = [
  'transfer_id',
  'posted_at',
  'event_number',
  'leg',
  'debit',
  'debit_code',
  'credit',
  'credit_code',
  'amount',
  'currency',
  'reference',
  'source_time',
];

const csvRows: ExportFormat = {
  header: `${CSV_COLUMNS.join(',')}\r\n`,
  account: () => '',
  transfer({ id, postedAt, number, legs, reference = '', sourceTime = '' }) {
    let text = '';
    for (const [leg, { debit, credit, amount, currency }] of legs.entries()) {
      const sides = [debit.id, debit.code, credit.id, credit.code];
      const row = [id, postedAt, number, leg, ...sides, amount, currency, reference, sourceTime];
      text += `${row.join(',')}\r\n`;
    }
    return text;
  },
};
