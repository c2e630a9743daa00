/**
 * GET /v1/periods/{id}/balances: with what each account was carried forward at a close, in the order in which they were
 * opened: closing balances of the period, opening balances of the next. Accounts that nothing ever counted for are left out.
 */
import { z } from 'zod';
import { exponentOf } from '../../kernel/currency.ts';
import { FailureError } from '../../kernel/failure.ts';
import { formatId } from '../../kernel/id.ts';
import { formatMinor } from '../../kernel/money.ts';
import { type AccountKind, balancesOf, NO_TOTALS } from '../../ledger/account.ts';
import { listPage, pageInput, pageOf } from '../page.ts';
import { useCase } from '../use-case.ts';
import { currency, kind } from '../wire.ts';
import { periodNumber, periodPath } from './period-view.ts';

const closingBalance = z
  .strictObject({
    account: z.string().meta({ example: 'acc_0k3m9c200000001h' }),
    code: z.string(),
    kind,
    currency,
    debits: z.string().meta({ description: 'Cumulative debits that count before the close.' }),
    credits: z.string().meta({ description: 'Cumulative credits that count before the close.' }),
    balance: z.string().meta({ description: 'What they come to on the normal side.' }),
  })
  .meta({ id: 'ClosingBalance' });

export const listBalances = useCase({
  name: 'period.balances',
  summary: 'List the balances that a close carried forward',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject({ id: periodPath, ...pageInput }),
  output: pageOf(closingBalance),
  run(engine, call) {
    const { ledgerId, input } = call;
    const number = periodNumber(ledgerId, input.id);
    return listPage(engine, call, input, {
      useCase: 'period.balances',
      filters: { period: number },
      descending: false,
      async fetch(range) {
        const page = await engine.reads.periods.balances(ledgerId, number, range);
        if (!page) throw new FailureError('not_found');
        return page;
      },
      numberOf: ({ account }) => account,
      view: ({ account, code, debits, credits, ...of }) => {
        const money = (minor: bigint): string => formatMinor(minor, exponentOf(of.currency));
        const totals = { ...NO_TOTALS, debits, credits };
        return {
          account: formatId('acc', ledgerId, account),
          code,
          kind: of.kind,
          currency: of.currency,
          debits: money(debits),
          credits: money(credits),
          balance: money(balancesOf(of.kind as AccountKind, totals).posted),
        };
      },
    });
  },
});
