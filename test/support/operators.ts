/** Operators for tests, enrolled through the API as people are, with an authenticator of their own. */
import { generate } from 'otplib';
import { PASSWORD as PASSWORD_OF, TOTP_SEED } from '../../src/engine/operators/desk.ts';
import { operatorId, submitOperator } from '../../src/engine/operators/submit.ts';
import { digestOfSealed } from '../../src/engine/secrets/digest.ts';
import { defined } from '../../src/kernel/assert.ts';
import { sha256Hex } from '../../src/kernel/canonical-json.ts';
import type { TestEngine } from './engine.ts';
import type { Received, TestServer } from './server.ts';

export const PASSWORD = 'a tin of blue paint in the monsoon';

/** A clock that stands and is set by hand; posting goes by the database's. */
export class HandClock {
  /** Microseconds ahead of the machine's clock. */
  aheadMicros = 0;
  nowMicros = (): number => Date.now() * 1000 + this.aheadMicros;
  monotonicMs = (): number => performance.now();
  /** To the next TOTP time step: the code of this one was used. */
  nextStep(): void {
    this.aheadMicros += 30_000_000;
  }
}

export interface TestOperator {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

export const codeAt = (secret: string, micros: number): Promise<string> =>
  generate({ secret, epoch: Math.floor(micros / 1_000_000) });

export const invite = async ({ test }: TestServer, name: string, role: string): Promise<string> =>
  String((await test.run('operator.create', { name, role }, { ledgerId: 0 })).body['invitation']);

export async function enrol(
  server: TestServer,
  clock: HandClock,
  name: string,
  role: string,
  password = PASSWORD,
): Promise<TestOperator> {
  const invitation = await invite(server, name, role);
  const begun = await server.send('POST', '/v1/operator/enrolment', { json: { name, invitation } });
  const secret = String(begun.body['secret']);
  const code = await codeAt(secret, clock.nowMicros());
  const confirmed = await server.send('POST', '/v1/operator/enrolment/confirm', {
    json: { name, invitation, enrolment: begun.body['enrolment'], password, code },
  });
  if (confirmed.status !== 201) throw new Error(`${name} cannot enrol: ${confirmed.text}`);
  clock.nextStep();
  return {
    id: String(confirmed.body['id']),
    name,
    secret,
    recoveryCodes: confirmed.body['recovery_codes'] as string[],
  };
}

export async function signIn(
  server: TestServer,
  clock: HandClock,
  { name, secret }: Pick<TestOperator, 'name' | 'secret'>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Received> {
  const code = await codeAt(secret, clock.nowMicros());
  const json = { name, password: PASSWORD, ...('recovery_code' in more ? {} : { code }), ...more };
  return server.send('POST', '/v1/operator/sessions', { json });
}

/** The token of a new session; the next sign-in has a code of its own. */
export async function sessionOf(
  server: TestServer,
  clock: HandClock,
  operator: TestOperator,
): Promise<string> {
  const { status, body, text } = await signIn(server, clock, operator);
  if (status !== 201) throw new Error(`${operator.name} cannot sign in: ${text}`);
  clock.nextStep();
  return defined(body['token'] as string | undefined, 'a session has a token');
}

/**
 * Past HTTP, with any hash for a password: an operator with two sessions, one of which has ended. Answers the secret of the
 * authenticator app.
 */
export async function enrolDirectly(
  test: TestEngine,
  name: string,
  hash = 'no hash at all',
): Promise<string> {
  const { engine, shell } = test;
  const { machine, store } = engine.operators;
  const { body } = await test.run('operator.create', { name, role: 'support' }, { ledgerId: 0 });
  const id = defined(await store.find(name, false), name).state.id;
  const secret = machine.newTotpSecret();
  const sealed = [
    machine.seal(PASSWORD_OF(operatorId(id)), hash),
    machine.seal(TOTP_SEED(operatorId(id)), secret),
  ] as const;
  await store.keepSecrets(sealed);
  const caller = { actor: shell, requestId: 'req_enrolled-directly' };
  const [passwordDigest, totpDigest] = [digestOfSealed(sealed[0]), digestOfSealed(sealed[1])];
  const { number } = await submitOperator(engine, caller, {
    type: 'operator.enrol',
    operator: id,
    invitationHash: sha256Hex(String(body['invitation'])),
    factors: {
      passwordDigest,
      totpDigest,
      recoveryHashes: [sha256Hex('one'), sha256Hex('two')],
      timeStep: 0,
    },
  });
  const attempt = {
    credential: Number(number),
    matched: true,
    timeStep: null,
    tokenHash: sha256Hex(name),
    sessionSeconds: 3600,
    rehashedDigest: null,
  };
  for (const code of ['one', 'two']) {
    const recoveryHash = sha256Hex(code);
    const started = await submitOperator(engine, caller, {
      type: 'operator.sign_in',
      operator: id,
      attempt: { ...attempt, recoveryHash },
    });
    if (code === 'one')
      await submitOperator(engine, caller, {
        type: 'operator.end_session',
        operator: id,
        session: Number(started.number),
      });
  }
  return secret;
}
