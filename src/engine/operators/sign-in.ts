/**
 * Signing in: name, password, and a TOTP code or a recovery code. One request with both factors, so there is no state in
 * between to be skipped or guessed at.
 *
 *   1. one read, whether the name is known or not    3. the verdict goes through the fold: lockout, credential, time step
 *   2. the password hash is verified, of a dummy     4. every failure is the same answer, at a time that does not tell
 *      where there is none (one at a time)              which of these it was (even-time.ts)
 *
 * What is about nobody who may sign in waits for no posting: it is counted (denials/denial-count.ts).
 */
import { z } from 'zod';
import { SESSION_SECONDS, takesSignIns } from '../../identity/operator.ts';
import { newSessionToken } from '../../identity/operator-token.ts';
import { recoveryHash } from '../../identity/recovery-code.ts';
import { defined } from '../../kernel/assert.ts';
import { formatMicros, parseMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { digestOfSealed } from '../secrets/digest.ts';
import { type Call, type Engine, useCase } from '../use-case.ts';
import { PASSWORD, TOTP_SEED } from './desk.ts';
import { atEvenTimes } from './even-time.ts';
import { grant, grantsView, operatorName } from './operator-view.ts';
import { isOneFactor, ONE_FACTOR, secondFactor } from './second-factor.ts';
import type { FoundOperator } from './store.ts';
import { operatorActor, operatorId, sessionId, submitOperator } from './submit.ts';

const input = z
  .strictObject({
    name: operatorName,
    password: z.string().max(1024),
    ...secondFactor,
  })
  .refine(isOneFactor, ONE_FACTOR);

export const signIn = useCase({
  name: 'operator.sign_in',
  summary: 'Sign in with both factors and get a session',
  permission: 'anyone',
  kind: 'once',
  input,
  output: z.strictObject({
    token: z.string().meta({ description: 'Goes into Authorization: Bearer; shown this once.' }),
    id: z.string(),
    operator: z.string(),
    name: z.string(),
    grants: z.array(grant),
    expires_at: z.string(),
  }),
  run: (engine, call) => atEvenTimes(engine, (shared) => attempt(engine, call, shared)),
});

async function attempt(engine: Engine, call: Call<z.output<typeof input>>, shared: () => void) {
  const { clock, operators } = engine;
  const { machine, store } = operators;
  const { name, password, code, recovery_code } = call.input;
  const found = await store.find(name, true);
  const secrets = secretsOf(engine, found);
  const { matches, weak } = await machine.verifyPassword(secrets?.hash, password);
  // Not only where the password was right: the work would tell.
  const timeStep = await machine.totpStep(secrets?.seed ?? DUMMY_SEED, code ?? '', clock.nowMicros());
  shared();
  if (!found || !secrets || !takesSignIns(found.state)) {
    engine.denials.unknown(call.address, 'operator.sign_in', 'sign_in_failed');
    throw new FailureError('sign_in_failed');
  }
  const { id, grants } = found.state;
  const matched = matches && (code === undefined || timeStep !== undefined);
  const issued = newSessionToken(id);
  const rehashed = matched && weak ? await rehash(engine, id, password) : null;
  const event = await submitOperator(
    engine,
    { ...call, actor: operatorActor(id) },
    {
      type: 'operator.sign_in',
      operator: id,
      attempt: {
        credential: secrets.credential,
        matched,
        timeStep: matched ? (timeStep ?? null) : null,
        recoveryHash: recovery_code === undefined ? null : recoveryHash(recovery_code),
        tokenHash: issued.hash,
        sessionSeconds: SESSION_SECONDS,
        rehashedDigest: rehashed,
      },
    },
  ).catch((error: unknown) => {
    // Locked or changed since it was read.
    if (error instanceof FailureError && error.code === 'sign_in_failed')
      engine.denials.unknown(call.address, 'operator.sign_in', 'sign_in_failed');
    throw error;
  });
  if (event.data['verdict'] !== 'started') throw new FailureError('sign_in_failed');
  const expiresAt = defined(parseMicros(event.at), 'the time of an event') + SESSION_SECONDS * 1_000_000;
  const body = {
    token: issued.token,
    id: sessionId(Number(event.number)),
    operator: operatorId(id),
    name,
    grants: grantsView(grants),
    expires_at: formatMicros(expiresAt),
  };
  return { status: 201, body, replayed: false };
}

/** Any seed will do: its codes let nobody in. */
const DUMMY_SEED = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

interface Secrets {
  readonly hash: string;
  readonly seed: string;
  readonly credential: number;
}

/** Undefined before an enrolment. Fails with an Error where a secret was put into another row. */
function secretsOf({ operators }: Engine, found: FoundOperator | undefined): Secrets | undefined {
  if (!found?.password || !found.totp || found.state.credential === null) return undefined;
  const { machine } = operators;
  const operator = operatorId(found.state.id);
  return {
    hash: machine.open(PASSWORD(operator), found.password),
    seed: machine.open(TOTP_SEED(operator), found.totp),
    credential: found.state.credential,
  };
}

/** The password under today's parameters, kept sealed; its digest. */
async function rehash({ operators }: Engine, id: number, password: string): Promise<string> {
  const { machine, store } = operators;
  const sealed = machine.seal(PASSWORD(operatorId(id)), await machine.hashPassword(password));
  await store.keepSecrets([sealed]);
  return digestOfSealed(sealed);
}
