/** GET /v1/accounts/{id}/statement: an account's statement for a period of posted time, streamed (statement.ts). */
import { z } from 'zod';
import { useCase } from '../use-case.ts';
import { checkPeriod, kind, moment } from '../wire.ts';
import { accountPeriod } from './account-past.ts';
import { accountPath, balances, requireAccount } from './account-view.ts';
import { statementText } from './statement.ts';
import { STATEMENT_FORMATS, STATEMENT_MEDIA, statementFormat } from './statement-formats.ts';

const line = z
  .strictObject({
    transfer_id: z.string(),
    reference: z.string().nullable(),
    leg: z.int().meta({ description: 'Index of the leg in its transfer.' }),
    direction: z.enum(['debit', 'credit']),
    amount: z.string(),
    counterparty: z.string().meta({ description: 'The account on the other side of the leg.' }),
    counterparty_code: z.string(),
    balance: z.string().meta({ description: 'Posted balance after this entry.' }),
    at: z.string(),
  })
  .meta({ id: 'StatementEntry' });

const output = z
  .strictObject({
    account: z.strictObject({
      id: z.string(),
      code: z.string(),
      kind,
      currency: z.string(),
      owner: z.string().nullable(),
    }),
    from: z.string(),
    to: z.string().meta({ description: 'A statement from here on continues this one without a gap.' }),
    event_number: z.string().meta({ description: 'The last event of the ledger that it takes in.' }),
    opening: balances,
    entries: z.array(line),
    closing: balances,
    totals: z.strictObject({ debits: z.string(), credits: z.string(), entries: z.int() }),
  })
  .meta({ id: 'Statement' });

export const getStatement = useCase({
  name: 'account.statement',
  summary: 'Read the statement of an account for a period',
  permission: 'accounts:read',
  kind: 'query',
  input: z
    .strictObject({
      id: accountPath,
      from: moment.meta({ description: 'Begins with what was posted at this time.' }),
      to: moment.optional().meta({
        description: 'Ends before what was posted at this time; without it, after the newest posting.',
      }),
      format: z
        .enum(STATEMENT_FORMATS)
        .default('json')
        .meta({ description: 'In place of the header Accept.' }),
    })
    .superRefine(checkPeriod),
  output,
  media: STATEMENT_MEDIA,
  async run(engine, call) {
    const { id, from, to = null, format } = call.input;
    const { identity } = await requireAccount(engine, call, id);
    const period = { ...(await accountPeriod(engine, call, identity.id, { from, to })), from, to };
    const text = statementText(engine.reads, call.ledgerId, period, statementFormat(format));
    const mediaType = STATEMENT_MEDIA[format];
    return { status: 200, body: {}, replayed: false, parts: { mediaType, text } };
  },
});
