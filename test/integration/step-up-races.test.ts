/**
 * Second factors for transfers, with two processes that post to one ledger: one code authorises once whoever takes it, and of an
 * authorisation and whatever stands against it the log decides which came first, and the money says the same.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sweepHolds } from '../../src/engine/transfers/hold-sweeper.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { codeAt, HandClock } from '../support/operators.ts';
import { codeOf, countsOf, TwoProcesses } from '../support/two-processes.ts';

const clock = new HandClock();
const ROUNDS = 6;
let two: TwoProcesses;
let expectSound: () => Promise<void>;
let factor: { readonly id: string; readonly secret: string };

beforeAll(async () => {
  two = await TwoProcesses.open({ clock });
});
afterAll(() => two.stop());

/** A payer of 1000.00 who gives 10.00 without a second factor, and has one that has waited. */
beforeEach(async () => {
  expectSound = await two.begin();
  await two.run('account.update', { id: 'payer', step_up_above: '10.00' });
  const { body } = await two.run('account.get', { id: 'payer' });
  const customer = body['owner'];
  const enrolled = (await two.run('factor.enrol', { customer, type: 'totp' })).body;
  factor = { id: String(enrolled['id']), secret: String(enrolled['secret']) };
  await two.run('factor.confirm', { customer, id: factor.id, code: await nextCode() });
  await two.run('clock.move', { advance_seconds: 43_200 });
});

const nextCode = (): Promise<string> => {
  clock.nextStep();
  return codeAt(factor.secret, clock.nowMicros());
};
const wait = async (amount: string): Promise<string> =>
  String((await two.pay('payer', 'payee', amount)).body['id']);
const authorize = (id: string, code: string, by: Engine) =>
  two.by(by, 'transfer.authorize', {
    id,
    factor: factor.id,
    code,
    first_factor: { method: 'pin', at: '2026-11-02T09:30:00Z' },
  });
const paid = async (): Promise<number> => Number(await two.posted('payee'));

test('V6.5.1: of 40 transfers that two processes authorise with one code at once, one is posted', async () => {
  const ids = await Promise.all(Array.from({ length: 40 }, () => wait('11.00')));
  const code = await nextCode();
  const answers = await Promise.all(ids.map((id) => authorize(id, code, two.next())));
  expect(countsOf(answers)).toEqual({ done: 1, code_used: 39 });
  expect(await paid()).toBe(11);
  await expectSound();
});

test('one transfer that two processes authorise with two codes is posted once', async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const id = await wait('11.00');
    const codes = [await nextCode(), await nextCode()] as const;
    const answers = await Promise.all([
      authorize(id, codes[1], two.first),
      authorize(id, codes[0], two.second),
    ]);
    expect(countsOf(answers)).toEqual({ done: 1, hold_captured: 1 });
    expect(await paid()).toBe(11 * round);
  }
  await expectSound();
});

test('V6.3.1: wrong codes that two processes take at once are five tries', async () => {
  const id = await wait('11.00');
  const right = await nextCode();
  const wrong = ['000000', '111111', '222222', '333333', '444444'].find((code) => code !== right) ?? '';
  const answers = await Promise.all(Array.from({ length: 30 }, () => authorize(id, wrong, two.next())));
  expect(countsOf(answers)).toEqual({ code_mismatch: 5, factor_locked: 25 });
  expect(codeOf(await authorize(id, right, two.next()))).toBe('factor_locked');
  await expectSound();
});

test('of an authorisation and the expiry at the same moment one wins, and the money says which', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const before = await paid();
    const id = await wait('11.00');
    const code = await nextCode();
    const sweep = async (): Promise<void> => {
      await two.by(two.second, 'clock.move', { advance_seconds: 300 });
      await sweepHolds({ engine: two.second, newRequestId: randomUUID, log: { warn: () => {} } });
    };
    const [answer] = await Promise.all([authorize(id, code, two.first), sweep()]);
    const won = answer.status === 201;
    expect(codeOf(answer)).toBe(won ? 'done' : 'hold_expired');
    expect(await paid()).toBe(before + (won ? 11 : 0));
    expect((await two.run('transfer.get', { id })).body['status']).toBe(won ? 'posted' : 'expired');
  }
  await expectSound();
});

test('of an authorisation and a freeze at the same moment the log decides which came first', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const before = await paid();
    const id = await wait('11.00');
    const code = await nextCode();
    const [answer] = await Promise.all([
      authorize(id, code, two.first),
      two.by(two.second, 'account.update', { id: 'payer', debits_frozen: true }),
    ]);
    const won = answer.status === 201;
    expect(codeOf(answer)).toBe(won ? 'done' : 'debits_frozen');
    expect(await paid()).toBe(before + (won ? 11 : 0));
    await two.run('account.update', { id: 'payer', debits_frozen: false });
  }
  await expectSound();
});

test('of an authorisation and the removal of the factor with one code one happens', async () => {
  const { body } = await two.run('account.get', { id: 'payer' });
  const id = await wait('11.00');
  const code = await nextCode();
  const answers = await Promise.all([
    authorize(id, code, two.first),
    two.by(two.second, 'factor.remove', { customer: body['owner'], id: factor.id, code }),
  ]);
  expect(answers.filter(({ status }) => status < 400)).toHaveLength(1);
  expect(await paid()).toBe(answers[0].status === 201 ? 11 : 0);
  await expectSound();
});
