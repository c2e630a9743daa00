/**
 * A journal for beancount (version 2 and later): passes `bean-check`. An account opens on the day on which the ledger
 * opened it, which is never after its first use. A leg is two postings, the debit positive. Days are those of
 * posted_at in UTC. Every text is a token or an id, so none can end a string.
 */
import { journalAccount } from './account-names.ts';
import type { ExportFormat } from './posted.ts';

export function beancountJournal(): ExportFormat {
  return {
    header: 'option "title" "exported by bahi"\n\n',
    account: ({ kind, code, currency }, openedAt) =>
      `${openedAt.slice(0, 10)} open ${journalAccount(kind, code)} ${currency}\n`,
    transfer({ id, number, postedAt, legs, reference, sourceTime }) {
      let text = `${postedAt.slice(0, 10)} * "${id}"\n  event: "${number}"\n`;
      if (reference !== undefined) text += `  reference: "${reference}"\n`;
      if (sourceTime !== undefined) text += `  source_time: "${sourceTime}"\n`;
      for (const { debit, credit, amount, currency } of legs) {
        text += `  ${journalAccount(debit.kind, debit.code)}  ${amount} ${currency}\n`;
        text += `  ${journalAccount(credit.kind, credit.code)}  -${amount} ${currency}\n`;
      }
      return `${text}\n`;
    },
  };
}
