/**
 * A journal for hledger (1.25 and later): passes `hledger check --strict`, so accounts and commodities are declared.
 * A leg is two postings, the debit positive. Days are those of posted_at in UTC. Every text is a token or an id, so
 * none can end a line or a comment's tag.
 */
import { exponentOf } from '../../kernel/currency.ts';
import { journalAccount } from './account-names.ts';
import type { ExportFormat } from './posted.ts';

export function hledgerJournal(): ExportFormat {
  const declared = new Set<string>();
  return {
    header: '; exported by bahi\ndecimal-mark .\n\n',
    account({ kind, code, currency }) {
      const account = `account ${journalAccount(kind, code)}\n`;
      if (declared.has(currency)) return account;
      declared.add(currency);
      return `commodity 1000.${'0'.repeat(exponentOf(currency))} ${currency}\n${account}`;
    },
    transfer({ id, number, postedAt, legs, reference, sourceTime }) {
      let text = `${postedAt.slice(0, 10)} * (${number}) ${id}`;
      const tags = [
        ...(reference === undefined ? [] : [`reference:${reference}`]),
        ...(sourceTime === undefined ? [] : [`source_time:${sourceTime}`]),
      ];
      if (tags.length > 0) text += `  ; ${tags.join(', ')}`;
      text += '\n';
      for (const { debit, credit, amount, currency } of legs) {
        text += `    ${journalAccount(debit.kind, debit.code)}  ${amount} ${currency}\n`;
        text += `    ${journalAccount(credit.kind, credit.code)}  -${amount} ${currency}\n`;
      }
      return `${text}\n`;
    },
  };
}
