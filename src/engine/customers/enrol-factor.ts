/**
 * POST /v1/customers/{customer}/factors: a new TOTP factor, which waits to be confirmed with its first code. The seed is kept
 * sealed before the event that names it, and told this once.
 *
 * A customer who has a factor enrols another with that one (vouched_by), or with a recovery code where it is lost; then all
 * others go when the new one is confirmed.
 */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import type { Proof } from '../../identity/factor.ts';
import { recoveryHash } from '../../identity/recovery-code.ts';
import { defined } from '../../kernel/assert.ts';
import { formatMicros, parseMicros } from '../../kernel/clock.ts';
import { formatId, parseId } from '../../kernel/id.ts';
import { oneTimeCode, recoveryCode } from '../one-time-code.ts';
import { renderAnswer } from '../render.ts';
import { digestOfSealed } from '../secrets/digest.ts';
import { submitOnce } from '../submit-once.ts';
import { type Call, type Engine, useCase } from '../use-case.ts';
import { FACTOR_SEED } from './desk.ts';
import { customerPath, factorPath, label } from './factor-view.ts';
import { matchedStep } from './matched-step.ts';

/** To install the app, scan and type the code. */
const CONFIRM_SECONDS = 15 * 60;

const input = z
  .strictObject({
    customer: customerPath,
    type: z.literal('totp').meta({ description: 'RFC 6238: SHA-1, six digits, thirty seconds.' }),
    label: label.optional(),
    vouched_by: z
      .strictObject({
        factor: factorPath,
        code: oneTimeCode,
        replace: z
          .boolean()
          .optional()
          .meta({ description: 'It goes when the new one is confirmed; left out, both stay.' }),
      })
      .optional()
      .meta({ description: 'An active factor of the customer, with a code of it.' }),
    recovery_code: recoveryCode
      .optional()
      .meta({ description: 'In place of vouched_by: all other factors go when the new one is confirmed.' }),
  })
  .refine(({ vouched_by, recovery_code }) => vouched_by === undefined || recovery_code === undefined, {
    error: 'send vouched_by or recovery_code, not both',
    path: ['recovery_code'],
  })
  .meta({ id: 'FactorRequest' });

export const enrolFactor = useCase({
  name: 'factor.enrol',
  summary: 'Enrol a second factor of a customer',
  permission: 'factors:manage',
  kind: 'once',
  input,
  output: z
    .strictObject({
      id: factorPath,
      type: z.literal('totp'),
      status: z.literal('pending'),
      secret: z.string().meta({ description: 'Base 32, for the authenticator app; shown this once.' }),
      otpauth_uri: z.string(),
      qr_svg: z.string().meta({ description: 'The URI as a QR code, an SVG document.' }),
      confirm_by: z.string(),
    })
    .meta({ id: 'NewFactor' }),
  run: enrol,
});

async function enrol(engine: Engine, call: Call<z.output<typeof input>>) {
  const { machine, store } = engine.customers;
  const { ledgerId } = call;
  const { customer } = call.input;
  const proof = await proofOf(engine, call);
  const secret = machine.newTotpSecret();
  const sealed = machine.seal(FACTOR_SEED(ledgerId, customer), secret);
  await store.keepSecrets([sealed]);
  const body = await submitOnce(engine, call, {
    type: 'factor.enrol',
    customer,
    enrolment: {
      label: call.input.label ?? null,
      seedDigest: digestOfSealed(sealed),
      confirmWithinSeconds: CONFIRM_SECONDS,
      proof,
    },
  });
  const { at, number, outcome } = parseEvent(body);
  if (outcome === 'refused') return renderAnswer(body, false);
  const id = formatId('fac', ledgerId, Number(number));
  const uri = machine.totpUri(call.input.label ?? id, secret);
  const enrolledAt = defined(parseMicros(at), 'the time of an event');
  return {
    status: 201,
    body: {
      id,
      type: 'totp',
      status: 'pending',
      secret,
      otpauth_uri: uri,
      qr_svg: machine.qrCode(uri),
      confirm_by: formatMicros(enrolledAt + CONFIRM_SECONDS * 1_000_000),
    },
    replayed: false,
  };
}

/** Of no factor: the fold says so. */
const NO_FACTOR = 0;

async function proofOf(engine: Engine, call: Call<z.output<typeof input>>): Promise<Proof | undefined> {
  const { ledgerId } = call;
  const { customer, recovery_code, vouched_by: by } = call.input;
  if (recovery_code !== undefined) return { by: 'recovery', recoveryHash: recoveryHash(recovery_code) };
  if (!by) return undefined;
  const factor = parseId('fac', ledgerId, by.factor) ?? NO_FACTOR;
  const found = await engine.customers.store.find(ledgerId, customer, true);
  const timeStep = await matchedStep(engine, ledgerId, found, factor, by.code);
  return { by: 'factor', factor, timeStep, replace: by.replace ?? false };
}
