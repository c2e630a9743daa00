/**
 * The same key never moves money twice, and the same request hears the same answer for ever: in one batch, in one
 * process, in two, after a restart, and whatever became of the ledger meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../src/engine/command.ts';
import type { Answer } from '../../src/engine/render.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { FailureError } from '../../src/kernel/failure.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';
import { anotherProcess } from '../support/processes.ts';

let engine1: TestEngine;
let payer: string;
let payee: string;

beforeAll(async () => {
  engine1 = await openTestEngine();
  await engine1.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
});

afterAll(async () => {
  await engine1.stop();
});

beforeEach(async () => {
  [payer, payee] = [randomUUID(), randomUUID()];
  for (const code of [payer, payee])
    await engine1.run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0' });
});

const bodyOf = (debit: string, credit: string, amount: string, more: Body = {}): Body => ({
  legs: [{ debit, credit, amount, currency: 'INR' }],
  ...more,
});
const fund = (amount: string): Promise<Answer> => engine1.pay('bank', payer, amount);
const balanceOf = async (id: string): Promise<unknown> =>
  ((await engine1.read('account.get', { id }))['balances'] as Body)['posted'];

/** A use case in a process of one's choice; the failure's code where it fails. */
async function runOn(
  engine: Engine,
  name: 'transfer.create' | 'transfer.batch',
  input: Body,
  { key = '', actor = engine1.shell }: { key?: string; actor?: Actor } = {},
): Promise<Answer> {
  const useCase = USE_CASES.find((candidate) => candidate.name === name);
  const call = { actor, ledgerId: engine1.ledgerId, requestId: `req_${randomUUID()}`, idempotencyKey: key };
  const run = useCase?.run as (engine: Engine, call: unknown) => Promise<Answer>;
  return run(engine, { ...call, input: useCase?.input.parse(input) });
}
const pay = (key: string, input: Body, actor?: Actor, engine = engine1.engine): Promise<Answer> =>
  runOn(engine, 'transfer.create', input, actor ? { key, actor } : { key });
const failureOf = (answer: Promise<Answer>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: unknown) => {
      if (error instanceof FailureError) return error.code;
      throw error;
    },
  );
/** Everything that a client can see, byte for byte. */
const seen = ({ status, body }: Answer): string => JSON.stringify([status, body]);

async function inAnotherProcess<T>(run: (engine: Engine) => Promise<T>): Promise<T> {
  const posters = anotherProcess(engine1);
  try {
    return await run({ ...engine1.engine, posters });
  } finally {
    await posters.stop(1000);
  }
}

describe('a repeated request', () => {
  test('hears the same answer, byte for byte, and is told that it is a replay', async () => {
    await fund('10.00');
    const request = bodyOf(payer, payee, '4.00', { reference: 'r', metadata: { b: '1', a: '2' } });
    const first = await pay('k1', request);
    const again = await pay('k1', request);
    expect([first.status, first.replayed, again.replayed]).toEqual([201, false, true]);
    expect(seen(again)).toBe(seen(first));
    expect(await balanceOf(payer)).toBe('6.00');
  });

  test('is the same request with the amount and the metadata written another way', async () => {
    await fund('10.00');
    const key = randomUUID();
    const first = await pay(key, bodyOf(payer, payee, '4.00', { metadata: { a: '1', b: '2' } }));
    const again = await pay(key, bodyOf(payer, payee, '4', { metadata: { b: '2', a: '1' } }));
    expect(seen(again)).toBe(seen(first));
    expect(await balanceOf(payer)).toBe('6.00');
  });

  test('after fifty at once has moved money once, and all fifty heard the same', async () => {
    await fund('10.00');
    const key = randomUUID();
    const request = bodyOf(payer, payee, '3.00');
    const answers = await Promise.all(Array.from({ length: 50 }, () => pay(key, request)));
    expect(new Set(answers.map(seen)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await balanceOf(payer)).toBe('7.00');
  });

  test('in fifty pieces over two processes has moved money once, and all heard the same', async () => {
    await fund('10.00');
    await inAnotherProcess(async (engine) => {
      const key = randomUUID();
      const request = bodyOf(payer, payee, '3.00');
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => pay(key, request, undefined, i % 2 ? engine : engine1.engine)),
      );
      expect(new Set(answers.map(seen)).size).toBe(1);
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    });
    expect(await balanceOf(payer)).toBe('7.00');
  });

  test('among others under many keys in two processes moves each once', async () => {
    await fund('100.00');
    const keys = Array.from({ length: 20 }, () => randomUUID());
    const request = bodyOf(payer, payee, '1.00');
    await inAnotherProcess(async (engine) => {
      const sent = [...keys, ...keys.toReversed(), ...keys];
      const answers = await Promise.all(
        sent.map((key, i) => pay(key, request, undefined, i % 2 ? engine : engine1.engine)),
      );
      for (const key of keys)
        expect(new Set(answers.filter((_, i) => sent[i] === key).map(seen)).size).toBe(1);
    });
    expect(await balanceOf(payer)).toBe('80.00');
  });

  test('after a restart hears what was said before it', async () => {
    await fund('10.00');
    const key = randomUUID();
    const request = bodyOf(payer, payee, '4.00');
    const first = await pay(key, request);
    const refusedKey = randomUUID();
    const refused = await pay(refusedKey, bodyOf(payer, payee, '99.00'));
    await inAnotherProcess(async (engine) => {
      const again = await pay(key, request, undefined, engine);
      expect([again.replayed, seen(again)]).toEqual([true, seen(first)]);
      const refusedAgain = await pay(refusedKey, bodyOf(payer, payee, '99.00'), undefined, engine);
      expect([refusedAgain.replayed, seen(refusedAgain)]).toEqual([true, seen(refused)]);
    });
    expect(await balanceOf(payer)).toBe('6.00');
  });

  test('twice in one batch is carried out once', async () => {
    await fund('10.00');
    const item = { ...bodyOf(payer, payee, '4.00'), idempotency_key: randomUUID() };
    const { body } = await runOn(engine1.engine, 'transfer.batch', { transfers: [item, item, item] });
    const results = body['results'] as Body[];
    expect(results.map(({ status, replayed }) => [status, replayed])).toEqual([
      ['posted', false],
      ['posted', true],
      ['posted', true],
    ]);
    expect(new Set(results.map(({ transfer }) => JSON.stringify(transfer))).size).toBe(1);
    expect(await balanceOf(payer)).toBe('6.00');
  });

  test('alone after a batch, and in a batch after alone, is the same intent', async () => {
    await fund('10.00');
    const [one, two] = [randomUUID(), randomUUID()];
    const request = bodyOf(payer, payee, '1.00');
    const first = await pay(one, request);
    const transfers = [one, two].map((idempotency_key) => ({ ...request, idempotency_key }));
    const { body } = await runOn(engine1.engine, 'transfer.batch', { transfers });
    const results = body['results'] as Body[];
    expect(results.map(({ replayed }) => replayed)).toEqual([true, false]);
    expect(results[0]?.['transfer']).toEqual(first.body);
    expect((await pay(two, request)).body).toEqual(results[1]?.['transfer']);
    expect(await balanceOf(payer)).toBe('8.00');
  });
});

describe('a refusal', () => {
  test('is final for its key: money that comes later does not change the answer', async () => {
    const key = randomUUID();
    const request = bodyOf(payer, payee, '4.00');
    const first = await pay(key, request);
    expect([first.status, first.body['code']]).toEqual([422, 'floor_breached']);
    await fund('10.00');
    const again = await pay(key, request);
    expect([again.replayed, seen(again)]).toEqual([true, seen(first)]);
    expect(await balanceOf(payer)).toBe('10.00');
    expect((await pay(randomUUID(), request)).status).toBe(201);
  });

  test('of an account that is opened later stays what it was', async () => {
    const key = randomUUID();
    const code = randomUUID();
    const request = bodyOf('bank', code, '1.00');
    const first = await pay(key, request);
    expect(first.body['code']).toBe('account_unknown');
    await engine1.run('account.create', { code, kind: 'liability', currency: 'INR' });
    expect(seen(await pay(key, request))).toBe(seen(first));
    expect(await balanceOf(code)).toBe('0.00');
  });
});

describe('a key', () => {
  test('that was used for another request is refused, whatever became of the first, and moves nothing', async () => {
    const key = randomUUID();
    await pay(key, bodyOf(payer, payee, '4.00'));
    await fund('10.00');
    expect(await failureOf(pay(key, bodyOf(payer, payee, '4.01')))).toBe('idempotency_key_reused');
    expect(await failureOf(pay(key, bodyOf(payee, payer, '4.00')))).toBe('idempotency_key_reused');
    expect(await failureOf(pay(key, bodyOf(payer, payee, '4.00', { reference: 'x' })))).toBe(
      'idempotency_key_reused',
    );
    await inAnotherProcess(async (engine) => {
      const other = bodyOf(payer, payee, '4.01');
      expect(await failureOf(pay(key, other, undefined, engine))).toBe('idempotency_key_reused');
    });
    expect(await balanceOf(payer)).toBe('10.00');
  });

  test('with two requests at once serves one of them', async () => {
    await fund('10.00');
    const key = randomUUID();
    const outcomes = await inAnotherProcess((engine) =>
      Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          failureOf(
            pay(
              key,
              bodyOf(payer, payee, i % 2 ? '1.00' : '2.00'),
              undefined,
              i % 4 < 2 ? engine : engine1.engine,
            ),
          ),
        ),
      ),
    );
    expect(outcomes.toSorted()).toEqual([
      ...Array(10).fill('answered'),
      ...Array(10).fill('idempotency_key_reused'),
    ]);
    expect(['9.00', '8.00']).toContain(await balanceOf(payer));
  });

  test('belongs to its client: the same text of another client is another intent', async () => {
    await fund('10.00');
    const scopes = ['transfers:write', 'transfers:unrestricted'];
    const [one, other] = [await engine1.client('app-one', scopes), await engine1.client('app-two', scopes)];
    const key = randomUUID();
    const request = bodyOf(payer, payee, '1.00');
    const answers = [await pay(key, request, one), await pay(key, request, other), await pay(key, request)];
    expect(answers.map(({ replayed }) => replayed)).toEqual([false, false, false]);
    expect(await balanceOf(payer)).toBe('7.00');
  });

  test('survives the rotation of the API key', async () => {
    await fund('10.00');
    const scopes = ['transfers:write', 'transfers:unrestricted'];
    const [old, rotated] = [await engine1.client('app', scopes), await engine1.client('app', scopes)];
    const key = randomUUID();
    const first = await pay(key, bodyOf(payer, payee, '1.00'), old);
    await engine1.run('key.revoke', { id: old.name });
    expect(await failureOf(pay(key, bodyOf(payer, payee, '1.00'), old))).toBe('unauthenticated');
    const again = await pay(key, bodyOf(payer, payee, '1.00'), rotated);
    expect([again.replayed, seen(again)]).toEqual([true, seen(first)]);
    expect(await balanceOf(payer)).toBe('9.00');
  });

  test('is unused after a failure that stored nothing', async () => {
    const revoked = await engine1.client('app', ['transfers:write', 'transfers:unrestricted']);
    await engine1.run('key.revoke', { id: revoked.name });
    const rotated = await engine1.client('app', ['transfers:write', 'transfers:unrestricted']);
    const key = randomUUID();
    await fund('10.00');
    expect(await failureOf(pay(key, bodyOf(payer, payee, '1.00'), revoked))).toBe('unauthenticated');
    expect((await pay(key, bodyOf(payer, payee, '2.00'), rotated)).replayed).toBe(false);
  });

  test('is one intent for each operation and each account', async () => {
    const key = randomUUID();
    const freeze = (id: string) => engine1.run('account.update', { id, debits_frozen: true }, { key });
    const answers = [await freeze(payer), await freeze(payee), await pay(key, bodyOf(payer, payee, '1.00'))];
    expect(answers.map(({ status, replayed }) => [status, replayed])).toEqual([
      [200, false],
      [200, false],
      [422, false],
    ]);
    expect((await freeze(payer)).replayed).toBe(true);
  });

  test('of another ledger is another intent', async () => {
    const ledgerId = await engine1.createLedger(randomUUID());
    const key = randomUUID();
    const account = { code: payer, kind: 'liability', currency: 'INR' };
    const first = await engine1.run('account.create', { ...account, code: 'x' }, { key });
    const other = await engine1.run('account.create', { ...account, code: 'x' }, { key, ledgerId });
    expect([first.replayed, other.replayed]).toEqual([false, false]);
    expect(other.body['id']).not.toBe(first.body['id']);
  });
});

describe('an atomic batch', () => {
  const batch = (
    keys: readonly string[],
    amounts: readonly string[],
    engine = engine1.engine,
  ): Promise<Body> => {
    const transfers = keys.map((idempotency_key, i) => ({
      ...bodyOf(payer, payee, amounts[i] ?? '1.00'),
      idempotency_key,
    }));
    return runOn(engine, 'transfer.batch', { transfers, atomic: true }).then(({ body }) => body);
  };
  const keysOf = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
  const answersOf = (body: Body): unknown[] =>
    (body['results'] as Body[]).map(({ transfer, problem }) => transfer ?? problem);
  const codesOf = (body: Body): unknown[] =>
    (body['results'] as Body[]).map(
      ({ status, problem }) => (problem as Body | undefined)?.['code'] ?? status,
    );

  test('is replayed whole, posted or refused, here and in another process', async () => {
    await fund('10.00');
    const [good, bad] = [keysOf(3), keysOf(3)];
    const posted = await batch(good, ['1.00', '2.00', '3.00']);
    const refused = await batch(bad, ['1.00', '99.00', '1.00']);
    expect(codesOf(posted)).toEqual(['posted', 'posted', 'posted']);
    expect(codesOf(refused)).toEqual(['linked_item_refused', 'floor_breached', 'linked_item_refused']);
    expect(answersOf(await batch(good, ['1.00', '2.00', '3.00']))).toEqual(answersOf(posted));
    expect(answersOf(await batch(bad, ['1.00', '99.00', '1.00']))).toEqual(answersOf(refused));
    await inAnotherProcess(async (engine) => {
      expect(answersOf(await batch(good, ['1.00', '2.00', '3.00'], engine))).toEqual(answersOf(posted));
      expect(answersOf(await batch(bad, ['1.00', '99.00', '1.00'], engine))).toEqual(answersOf(refused));
    });
    expect(await balanceOf(payer)).toBe('4.00');
  });

  test('at once in two processes posts once', async () => {
    await fund('10.00');
    const keys = keysOf(3);
    await inAnotherProcess(async (engine) => {
      const bodies = await Promise.all(
        Array.from({ length: 10 }, (_, i) => batch(keys, [], i % 2 ? engine : engine1.engine)),
      );
      expect(new Set(bodies.map((body) => JSON.stringify(answersOf(body)))).size).toBe(1);
    });
    expect(await balanceOf(payer)).toBe('7.00');
  });

  test('that changed fails whole and moves nothing', async () => {
    await fund('10.00');
    const keys = keysOf(3);
    await batch(keys, []);
    const changed = [
      batch(keys.toReversed(), []),
      batch(keys.slice(1), []),
      batch([...keys, ...keysOf(1)], []),
      batch(keys, ['1.00', '1.01', '1.00']),
      batch([keys[0] as string, ...keysOf(2)], []),
    ];
    for (const body of await Promise.all(changed))
      expect(new Set(codesOf(body))).toEqual(new Set(['group_changed']));
    expect(await balanceOf(payer)).toBe('7.00');
  });

  test('does not take in what was posted alone', async () => {
    await fund('10.00');
    const keys = keysOf(2);
    await pay(keys[0] as string, bodyOf(payer, payee, '1.00'));
    expect(codesOf(await batch(keys, []))).toEqual(['group_changed', 'group_changed']);
    expect(codesOf(await batch(keys.slice(0, 1), []))).toEqual(['group_changed']);
    expect(await balanceOf(payer)).toBe('9.00');
  });
});

test('a new account and its replay are the same, also after money came in', async () => {
  const key = randomUUID();
  const account = { code: randomUUID(), kind: 'liability', currency: 'INR' };
  const first = await engine1.run('account.create', account, { key });
  await engine1.pay('bank', account.code, '5.00');
  const again = await engine1.run('account.create', account, { key });
  expect([again.replayed, seen(again)]).toEqual([true, seen(first)]);
});

test('a new ledger under the same key and name is the same ledger', async () => {
  const key = randomUUID();
  const name = randomUUID();
  const first = await engine1.run('ledger.create', { name }, { key });
  const again = await engine1.run('ledger.create', { name }, { key });
  expect([again.replayed, seen(again)]).toEqual([true, seen(first)]);
});
