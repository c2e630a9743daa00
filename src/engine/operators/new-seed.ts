/**
 * A new seed for an authenticator app, in two steps: told and sealed for the way back, so that nothing is stored before the app is
 * shown to have it; then confirmed by a code of it.
 */
import { z } from 'zod';
import type { OperatorState } from '../../identity/operator.ts';
import { FailureError } from '../../kernel/failure.ts';
import type { Engine } from '../use-case.ts';
import { NEW_SEED } from './desk.ts';
import { operatorId } from './submit.ts';

export const seedOffer = z.strictObject({
  secret: z.string().meta({ description: 'Base 32, for the authenticator app; shown this once.' }),
  otpauth_uri: z.string(),
  enrolment: z.string().meta({ description: 'Goes back with the code that confirms it.' }),
});

export function newSeed(
  { operators: { machine } }: Pick<Engine, 'operators'>,
  { id, name }: Pick<OperatorState, 'id' | 'name'>,
): z.output<typeof seedOffer> {
  const secret = machine.newTotpSecret();
  const enrolment = machine.seal(NEW_SEED(operatorId(id)), secret).toString('base64url');
  return { secret, otpauth_uri: machine.totpUri(name, secret), enrolment };
}

/** Fails with invalid_request at /enrolment, or at `codePointer`. */
export async function confirmedSeed(
  { clock, operators: { machine } }: Pick<Engine, 'clock' | 'operators'>,
  operator: string,
  enrolment: string,
  code: string,
  codePointer: string,
): Promise<{ readonly secret: string; readonly timeStep: number }> {
  let secret: string;
  try {
    secret = machine.open(NEW_SEED(operator), Buffer.from(enrolment, 'base64url'));
  } catch {
    throw invalid('/enrolment', 'send it as the first step answered it');
  }
  const timeStep = await machine.totpStep(secret, code, clock.nowMicros());
  if (timeStep === undefined)
    throw invalid(codePointer, 'this is not the code of now: check the clock of the device');
  return { secret, timeStep };
}

const invalid = (pointer: string, message: string): FailureError =>
  new FailureError('invalid_request', undefined, [{ pointer, message }]);
