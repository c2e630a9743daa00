/**
 * Redeeming an invitation, in two steps. The first tells a TOTP seed, sealed for the way back, so that nothing is stored
 * before the authenticator app is shown to have it; the second brings the password and a code of that seed.
 */
import { z } from 'zod';
import { isOpenInvitation, type OperatorState } from '../../identity/operator.ts';
import { PASSWORD_RULE, passwordProblem } from '../../identity/password.ts';
import { newRecoveryCodes } from '../../identity/recovery-code.ts';
import { sha256Hex } from '../../kernel/canonical-json.ts';
import { FailureError } from '../../kernel/failure.ts';
import { oneTimeCode } from '../one-time-code.ts';
import { digestOfSealed } from '../secrets/digest.ts';
import { type Caller, type Engine, useCase } from '../use-case.ts';
import { PASSWORD, TOTP_SEED } from './desk.ts';
import { atEvenTimes } from './even-time.ts';
import { confirmedSeed, newSeed, seedOffer } from './new-seed.ts';
import { grant, grantsView, operatorName } from './operator-view.ts';
import { operatorActor, operatorId, submitOperator } from './submit.ts';

const invitation = z.string().max(64).meta({ description: 'As `bahi operator create` printed it.' });

export const beginEnrolment = useCase({
  name: 'operator.begin_enrolment',
  summary: 'Begin an enrolment: get the secret for the authenticator app',
  permission: 'anyone',
  kind: 'once',
  input: z.strictObject({ name: operatorName, invitation }),
  output: seedOffer,
  async run(engine, call) {
    const state = await atEvenTimes(engine, () =>
      invited(engine, call, 'operator.begin_enrolment', call.input),
    );
    return { status: 200, body: newSeed(engine, state), replayed: false };
  },
});

export const confirmEnrolment = useCase({
  name: 'operator.confirm_enrolment',
  summary: 'Confirm an enrolment: set the password and the second factor',
  permission: 'anyone',
  kind: 'once',
  input: z.strictObject({
    name: operatorName,
    invitation,
    enrolment: z.string().max(512),
    password: z.string().meta({ description: PASSWORD_RULE }),
    code: oneTimeCode,
  }),
  output: z.strictObject({
    id: z.string(),
    name: z.string(),
    grants: z.array(grant),
    recovery_codes: z
      .array(z.string())
      .meta({ description: 'Each takes the place of a code once; shown this once.' }),
  }),
  async run(engine, call) {
    const { machine, store } = engine.operators;
    const { input } = call;
    const { id, name, grants } = await atEvenTimes(engine, () =>
      invited(engine, call, 'operator.confirm_enrolment', input),
    );
    const operator = operatorId(id);
    const problem = passwordProblem(input.password, machine.isCommonPassword);
    if (problem !== undefined)
      throw new FailureError('invalid_request', undefined, [{ pointer: '/password', message: problem }]);
    const { secret, timeStep } = await confirmedSeed(engine, operator, input.enrolment, input.code, '/code');
    const password = machine.seal(PASSWORD(operator), await machine.hashPassword(input.password));
    const totp = machine.seal(TOTP_SEED(operator), secret);
    const recovery = newRecoveryCodes();
    await store.keepSecrets([password, totp]);
    await submitOperator(
      engine,
      { ...call, actor: operatorActor(id) },
      {
        type: 'operator.enrol',
        operator: id,
        invitationHash: sha256Hex(input.invitation),
        factors: {
          passwordDigest: digestOfSealed(password),
          totpDigest: digestOfSealed(totp),
          recoveryHashes: recovery.hashes,
          timeStep,
        },
      },
    );
    return {
      status: 201,
      body: { id: operator, name, grants: grantsView(grants), recovery_codes: recovery.codes },
      replayed: false,
    };
  },
});

/** Whoever is invited with it. Fails with `invitation_invalid`, whatever is wrong. */
async function invited(
  { operators, denials, clock }: Engine,
  { address }: Caller,
  operation: string,
  { name, invitation }: { readonly name: string; readonly invitation: string },
): Promise<OperatorState> {
  const found = await operators.store.find(name, false);
  if (found && isOpenInvitation(found.state, sha256Hex(invitation), clock.nowMicros())) return found.state;
  denials.unknown(address, operation, 'invitation_invalid');
  throw new FailureError('invitation_invalid');
}
