/**
 * Customers with factors for tests, past HTTP: an active factor and one that waits, enrolled with a recovery code. Payments of that
 * customer are stopped; those of another, who has no factor, go on again.
 */
import { randomUUID } from 'node:crypto';
import type { TestEngine } from './engine.ts';
import { codeAt } from './operators.ts';

export async function enrolFactors({ run, engine }: TestEngine): Promise<string> {
  const customer = randomUUID();
  const enrol = async (more: Record<string, unknown> = {}): Promise<Record<string, unknown>> =>
    (await run('factor.enrol', { customer, type: 'totp', ...more })).body;
  const { id, secret } = await enrol({ label: 'phone-1' });
  const code = await codeAt(String(secret), engine.clock.nowMicros());
  const { body } = await run('factor.confirm', { customer, id, code });
  await enrol({ recovery_code: (body['recovery_codes'] as string[])[0] });
  await run('customer.stop', { customer });
  const other = randomUUID();
  await run('customer.stop', { customer: other });
  await run('customer.resume', { customer: other });
  return customer;
}
