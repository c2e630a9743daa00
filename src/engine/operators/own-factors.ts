/**
 * An operator's own session and factors: a session that is renewed by a new code, where something asks for a fresh one
 * (RFC 9470), and factors that are changed with both of the old ones (OWASP ASVS 5.0.0 V7.5.1), which ends all other sessions. The
 * event is the record of it; failures count for the lockout as at a sign-in. Either way the token is a new one (V7.2.4).
 */
import { z } from 'zod';
import type { FactorChange } from '../../identity/operator-change.ts';
import { newSessionToken } from '../../identity/operator-token.ts';
import { PASSWORD_RULE, passwordProblem } from '../../identity/password.ts';
import { newRecoveryCodes } from '../../identity/recovery-code.ts';
import { formatMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { digestOfSealed } from '../secrets/digest.ts';
import { type Call, type Engine, useCase } from '../use-case.ts';
import { PASSWORD, TOTP_SEED } from './desk.ts';
import { confirmedSeed, newSeed, seedOffer } from './new-seed.ts';
import { isOneFactor, ONE_FACTOR, secondFactor, shownFactor } from './second-factor.ts';
import { ownSession } from './sessions.ts';
import { operatorId, sessionId, submitOperator } from './submit.ts';

const renewed = {
  token: z.string().meta({ description: 'In place of the one that asked, which is over; shown this once.' }),
  id: z.string(),
  expires_at: z.string(),
};

export const renewSession = useCase({
  name: 'session.renew',
  summary: 'Renew the session with a new code',
  permission: 'sessions:own',
  kind: 'once',
  input: z.strictObject(secondFactor).refine(isOneFactor, ONE_FACTOR),
  output: z.strictObject(renewed),
  async run(engine, call) {
    const { found, session } = await ownSession(engine, call);
    const { id } = found.state;
    const factor = await shownFactor(engine, found, call.input);
    const issued = newSessionToken(id);
    const event = await submitOperator(engine, call, {
      type: 'operator.renew_session',
      operator: id,
      renewal: {
        ...factor,
        credential: found.credential,
        matched: factor.timeStep !== null || factor.recoveryHash !== null,
        tokenHash: issued.hash,
        session: session.id,
      },
    });
    if (event.data['verdict'] !== 'done') throw new FailureError('sign_in_failed');
    const body = {
      token: issued.token,
      id: sessionId(Number(event.number)),
      expires_at: formatMicros(session.expiresAt),
    };
    return { status: 200, body, replayed: false };
  },
});

export const beginAuthenticator = useCase({
  name: 'operator.begin_authenticator',
  summary: 'Get the secret for another authenticator app',
  permission: 'sessions:own',
  kind: 'once',
  input: z.strictObject({}),
  output: seedOffer,
  async run(engine, call) {
    const { found } = await ownSession(engine, call);
    return { status: 200, body: newSeed(engine, found.state), replayed: false };
  },
});

const input = z
  .strictObject({
    password: z.string().max(1024),
    ...secondFactor,
    new_password: z.string().optional().meta({ description: PASSWORD_RULE }),
    enrolment: z.string().max(512).optional().meta({
      description: 'Of another authenticator app, as POST /v1/operator/authenticator answered it.',
    }),
    new_code: z.string().max(16).optional().meta({ description: 'Six digits that the other app shows.' }),
    new_recovery_codes: z.literal(true).optional().meta({ description: 'Ten new ones in place of the old.' }),
  })
  .refine(isOneFactor, ONE_FACTOR)
  .refine(({ enrolment, new_code }) => (enrolment === undefined) === (new_code === undefined), {
    error: 'send enrolment and new_code together',
    path: ['new_code'],
  })
  .refine((sent) => CHANGES.some((name) => sent[name] !== undefined), {
    error: 'send new_password, enrolment or new_recovery_codes',
  });
const CHANGES = ['new_password', 'enrolment', 'new_recovery_codes'] as const;

export const changeFactors = useCase({
  name: 'operator.change_factors',
  summary: 'Change the own password, authenticator app or recovery codes, with both factors',
  permission: 'sessions:own',
  kind: 'once',
  input,
  output: z.strictObject({
    ...renewed,
    recovery_codes: z.array(z.string()).optional().meta({ description: 'Where asked for; shown this once.' }),
  }),
  run: change,
});

async function change(engine: Engine, call: Call<z.output<typeof input>>) {
  const { machine, store } = engine.operators;
  const { found, session } = await ownSession(engine, call);
  const { id } = found.state;
  const operator = operatorId(id);
  const asked = call.input;
  const problem =
    asked.new_password === undefined
      ? undefined
      : passwordProblem(asked.new_password, machine.isCommonPassword);
  if (problem !== undefined)
    throw new FailureError('invalid_request', undefined, [{ pointer: '/new_password', message: problem }]);
  const seed =
    asked.enrolment === undefined
      ? undefined
      : await confirmedSeed(engine, operator, asked.enrolment, asked.new_code ?? '', '/new_code');
  const hash = machine.open(PASSWORD(operator), found.password);
  const { matches } = await machine.verifyPassword(hash, asked.password);
  const factor = await shownFactor(engine, found, asked);
  const matched = matches && (factor.timeStep !== null || factor.recoveryHash !== null);
  // Nothing is kept for whoever does not have the password.
  const password =
    matched && asked.new_password !== undefined
      ? machine.seal(PASSWORD(operator), await machine.hashPassword(asked.new_password))
      : undefined;
  const totp = matched && seed ? machine.seal(TOTP_SEED(operator), seed.secret) : undefined;
  const recovery = asked.new_recovery_codes ? newRecoveryCodes() : undefined;
  const sealed = [password, totp].filter((each) => each !== undefined);
  if (sealed.length > 0) await store.keepSecrets(sealed);
  const factors: FactorChange = {
    passwordDigest: password ? digestOfSealed(password) : null,
    totp: totp && seed ? { digest: digestOfSealed(totp), timeStep: seed.timeStep } : null,
    recoveryHashes: recovery?.hashes ?? null,
  };
  const issued = newSessionToken(id);
  const event = await submitOperator(engine, call, {
    type: 'operator.change_factors',
    operator: id,
    attempt: {
      ...factor,
      timeStep: matched ? factor.timeStep : null,
      credential: found.credential,
      matched,
      tokenHash: issued.hash,
      session: session.id,
    },
    factors,
  });
  if (event.data['verdict'] !== 'done') throw new FailureError('sign_in_failed');
  const body = {
    token: issued.token,
    id: sessionId(Number(event.number)),
    expires_at: formatMicros(session.expiresAt),
    ...(recovery ? { recovery_codes: recovery.codes } : {}),
  };
  return { status: 200, body, replayed: false };
}
