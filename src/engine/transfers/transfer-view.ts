/** A transfer on the wire. */
import { z } from 'zod';

export const transfer = z
  .strictObject({
    id: z.string().meta({ example: 'trf_0k3m9c200000001h' }),
    status: z.enum(['posted', 'refused']),
    code: z.string().optional().meta({ description: 'Why it was refused.' }),
    leg: z.int().optional().meta({ description: 'Index of the leg that was refused.' }),
    legs: z.array(
      z.strictObject({
        debit: z.string().optional(),
        debit_code: z
          .string()
          .optional()
          .meta({ description: 'As sent, where the account was named by its code.' }),
        credit: z.string().optional(),
        credit_code: z.string().optional(),
        amount: z.string(),
        currency: z.string(),
      }),
    ),
    reference: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    source_time: z.string().optional().meta({ description: 'Time as the imported file states it.' }),
    group: z
      .strictObject({ first: z.string(), size: z.int() })
      .optional()
      .meta({ description: 'The atomic group it belongs to.' }),
    posted_at: z.string().optional(),
    refused_at: z.string().optional(),
    event_number: z.string().meta({ description: 'Its place in the log of the ledger.' }),
  })
  .meta({ id: 'Transfer' });
