/**
 * TOTP (RFC 6238) over SHA-1, six digits, thirty seconds: what every authenticator app does. The server's clock decides;
 * the code of the step before and of the step after are taken as well, for clocks that differ (§5.2). That a step is used
 * once is decided by the fold.
 */
import { generateSecret, generateURI, verify } from 'otplib';

/** RFC 4226 §4, R6: 160 bits. */
const SECRET_BYTES = 20;
const TOLERANCE_SECONDS = 30;

export const newTotpSecret = (): string => generateSecret({ length: SECRET_BYTES });

export const totpUri = (name: string, secret: string): string =>
  generateURI({ issuer: 'Bahi', label: name, secret });

/** The time step whose code this is; undefined: of none near this moment. */
export async function totpStep(secret: string, code: string, nowMicros: number): Promise<number | undefined> {
  // The library throws on anything but six digits.
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const epoch = Math.floor(nowMicros / 1_000_000);
  const found = await verify({ secret, token: code, epoch, epochTolerance: TOLERANCE_SECONDS });
  return found.valid && 'timeStep' in found ? found.timeStep : undefined;
}
