/** A transfer on the wire. */
import { z } from 'zod';
import { FIRST_FACTORS } from '../authorization.ts';
import { CAPTURES_SHOWN_MAX } from '../hold-view.ts';
import { exchangeView } from './exchange-view.ts';

export const transfer = z
  .strictObject({
    id: z.string().meta({ example: 'trf_0k3m9c200000001h' }),
    status: z
      .enum([
        'posted',
        'held',
        'voided',
        'expired',
        'scheduled',
        'executed',
        'execution_refused',
        'canceled',
        'refused',
      ])
      .meta({
        description:
          'A held transfer ends posted (captured to its end), voided or expired; a scheduled one executed, canceled, or refused at ' +
          'its time.',
      }),
    code: z.string().optional().meta({ description: 'Why it was refused.' }),
    leg: z.int().optional().meta({ description: 'Index of the leg that was refused.' }),
    captures: z
      .string()
      .optional()
      .meta({ description: 'The transfer whose hold this one captures; its legs are what it moved.' }),
    reverses: z
      .string()
      .optional()
      .meta({ description: 'The transfer that this one reverses, in whole or in part.' }),
    reason: z.string().optional().meta({ description: 'Why it was adjusted by hand.' }),
    legs: z.array(
      z.strictObject({
        debit: z.string().optional(),
        debit_code: z.string().optional().meta({
          description:
            'As sent, where the account was named by its code; in a capture and a reversal wherever it has one.',
        }),
        credit: z.string().optional(),
        credit_code: z.string().optional(),
        amount: z.string(),
        currency: z.string(),
      }),
    ),
    exchange: exchangeView.optional(),
    hold: z
      .strictObject({
        expires_at: z.string(),
        captured: z.array(z.string()).meta({ description: 'What was captured of each leg so far.' }),
        remaining: z.array(z.string()).meta({ description: 'What each leg still holds.' }),
        captures: z
          .array(z.string())
          .meta({ description: `Transfers that captured it, newest first; at most ${CAPTURES_SHOWN_MAX}.` }),
      })
      .optional()
      .meta({ description: 'Of a transfer that was sent with hold.' }),
    challenge: z
      .strictObject({
        nonce: z.string().meta({ description: '128 bits, bound to the legs of this transfer.' }),
      })
      .optional()
      .meta({
        description:
          'It waits for a second factor: show amount and payee of its legs, and authorise it before hold.expires_at.',
      }),
    authorization: z
      .strictObject({
        customer: z.string(),
        factor: z.string(),
        first_factor: z
          .strictObject({ method: z.enum(FIRST_FACTORS), at: z.string() })
          .meta({ description: 'As asserted by the client.' }),
        challenge: z.string().optional(),
      })
      .optional()
      .meta({ description: 'With what this capture was authorised.' }),
    released: z
      .array(z.string())
      .optional()
      .meta({ description: 'What a capture gave back of each leg because it ended the hold.' }),
    remaining: z.array(z.string()).optional().meta({
      description:
        'What a capture left held of each leg, or a reversal left to be reversed of each leg of its transfer.',
    }),
    reversed: z
      .array(z.string())
      .optional()
      .meta({ description: 'What was reversed of each leg since; absent where nothing was.' }),
    reversals: z
      .array(z.string())
      .optional()
      .meta({ description: `Transfers that reversed it, newest first; at most ${CAPTURES_SHOWN_MAX}.` }),
    schedule: z.string().optional().meta({
      description: 'The scheduled transfer that this is the execution of; posted_at is when it came.',
    }),
    scheduled_for: z.string().optional().meta({ description: 'When it was to be posted.' }),
    executed_as: z
      .strictObject({
        transfer: z.string(),
        status: z.enum(['posted', 'refused']),
        code: z.string().optional(),
      })
      .optional()
      .meta({ description: 'Of a scheduled transfer: what was decided at its time, for ever.' }),
    reference: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    source_time: z.string().optional().meta({ description: 'Time as the imported file states it.' }),
    group: z
      .strictObject({ first: z.string(), size: z.int() })
      .optional()
      .meta({ description: 'The atomic group it belongs to.' }),
    effective_at: z
      .string()
      .optional()
      .meta({ description: 'When it counts in reports, as sent; absent: when it was posted.' }),
    held_at: z.string().optional(),
    posted_at: z.string().optional(),
    voided_at: z.string().optional(),
    expired_at: z.string().optional(),
    scheduled_at: z.string().optional(),
    executed_at: z.string().optional(),
    canceled_at: z.string().optional(),
    refused_at: z.string().optional(),
    event_number: z.string().meta({ description: 'Its place in the log of the ledger.' }),
  })
  .meta({ id: 'Transfer' });
