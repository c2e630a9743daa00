/**
 * A new password for an operator who forgot it. The command line makes a token, shown once and good for an hour; redeeming it
 * takes the second factor too (OWASP ASVS 5.0.0 V6.4.3), whose failures count for the lockout. Whoever lost both is disabled
 * and invited anew. Redeeming ends all sessions; until then the old password works.
 */
import { z } from 'zod';
import { isOpenReset } from '../../identity/operator.ts';
import { newInvitation } from '../../identity/operator-token.ts';
import { passwordProblem } from '../../identity/password.ts';
import { defined } from '../../kernel/assert.ts';
import { sha256Hex } from '../../kernel/canonical-json.ts';
import { formatMicros, parseMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { digestOfSealed } from '../secrets/digest.ts';
import { type Call, type Engine, requireShell, useCase } from '../use-case.ts';
import { PASSWORD } from './desk.ts';
import { atEvenTimes } from './even-time.ts';
import { operatorName } from './operator-view.ts';
import { isOneFactor, ONE_FACTOR, secondFactor, shownFactor } from './second-factor.ts';
import { operatorActor, operatorId, submitOperator } from './submit.ts';

const RESET_SECONDS = 3600;

export const resetOperator = useCase({
  name: 'operator.reset',
  summary: 'Let an operator choose a new password, beside the second factor',
  permission: 'shell',
  kind: 'once',
  input: z.strictObject({ name: operatorName }),
  output: z.strictObject({
    reset: z.string().meta({ description: 'Shown this once.' }),
    id: z.string(),
    name: z.string(),
    expires_at: z.string(),
  }),
  async run(engine, call) {
    requireShell(call);
    const { name } = call.input;
    const found = await engine.operators.store.find(name, false);
    if (!found) throw new FailureError('not_found', `There is no operator ${name}.`);
    const { id } = found.state;
    const { token, hash } = newInvitation();
    const { at } = await submitOperator(engine, call, {
      type: 'operator.reset',
      operator: id,
      invitationHash: hash,
      expiresInSeconds: RESET_SECONDS,
    });
    const expiresAt = defined(parseMicros(at), 'the time of an event') + RESET_SECONDS * 1_000_000;
    const body = { reset: token, id: operatorId(id), name, expires_at: formatMicros(expiresAt) };
    return { status: 201, body, replayed: false };
  },
});

const input = z
  .strictObject({
    name: operatorName,
    reset: z.string().max(64).meta({ description: 'As `bahi operator reset` printed it.' }),
    password: z.string(),
    ...secondFactor,
  })
  .refine(isOneFactor, ONE_FACTOR);

export const setPassword = useCase({
  name: 'operator.set_password',
  summary: 'Redeem a reset: choose a new password, with the second factor',
  permission: 'anyone',
  kind: 'once',
  input,
  output: z.strictObject({ id: z.string(), name: z.string(), changed_at: z.string() }),
  run: (engine, call) => atEvenTimes(engine, () => redeem(engine, call)),
});

async function redeem(engine: Engine, call: Call<z.output<typeof input>>) {
  const { clock, operators } = engine;
  const { machine, store } = operators;
  const { name, reset, password } = call.input;
  const found = await store.find(name, true);
  const invitationHash = sha256Hex(reset);
  const credential = found?.state.credential;
  if (!found?.totp || credential == null || !isOpenReset(found.state, invitationHash, clock.nowMicros())) {
    engine.denials.unknown(call.address, 'operator.set_password', 'invitation_invalid');
    throw new FailureError('invitation_invalid');
  }
  const problem = passwordProblem(password, machine.isCommonPassword);
  if (problem !== undefined)
    throw new FailureError('invalid_request', undefined, [{ pointer: '/password', message: problem }]);
  const operator = operatorId(found.state.id);
  const factor = await shownFactor(engine, { state: found.state, totp: found.totp }, call.input);
  const sealed = machine.seal(PASSWORD(operator), await machine.hashPassword(password));
  await store.keepSecrets([sealed]);
  const event = await submitOperator(
    engine,
    { ...call, actor: operatorActor(found.state.id) },
    {
      type: 'operator.set_password',
      operator: found.state.id,
      attempt: {
        credential,
        invitationHash,
        ...factor,
        passwordDigest: digestOfSealed(sealed),
      },
    },
  );
  if (event.data['verdict'] !== 'changed') throw new FailureError('sign_in_failed');
  return { status: 200, body: { id: operator, name, changed_at: event.at }, replayed: false };
}
