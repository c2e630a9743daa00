/** A code of an authenticator app, on the wire. */
import { z } from 'zod';

export const oneTimeCode = z
  .string()
  .regex(/^[0-9]{6}$/, 'send the six digits that the authenticator app shows')
  .meta({ description: 'Six digits of the authenticator app.', example: '492039' });

export const recoveryCode = z.string().max(64);
