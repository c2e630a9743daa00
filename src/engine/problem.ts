/**
 * A failure that was not recorded, as a problem document (RFC 9457). A recorded refusal renders its own (render.ts).
 */
import { z } from 'zod';
import { FAILURES, type FailureError } from '../kernel/failure.ts';
import { limitLeft } from './limit-wire.ts';

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string().optional(),
    transfer_id: z.string().optional(),
    leg: z.int().optional().meta({ description: 'Index of the leg that was refused.' }),
    limit: limitLeft.optional(),
    request_id: z.string(),
    errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'ItemProblem', description: 'RFC 9457 problem document of one item; code is stable.' });

export function failureProblem(failure: FailureError, requestId: string): Record<string, unknown> {
  const { status, title, advice } = FAILURES[failure.code];
  return {
    type: `/docs/errors/${failure.code}`,
    title,
    status,
    detail: failure.detail ?? advice,
    code: failure.code,
    request_id: requestId,
    ...(failure.errors.length === 0 ? {} : { errors: failure.errors }),
  };
}
