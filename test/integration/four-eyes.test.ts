/**
 * Four eyes against a real database, with two processes. The id at the front of a title is a requirement of OWASP ASVS 5.0.0:
 * SECURITY.md maps it to its tests.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import type { Actor } from '../../src/engine/command.ts';
import type { Posters } from '../../src/engine/posters.ts';
import type { Answer } from '../../src/engine/render.ts';
import type { UseCase } from '../../src/engine/use-case.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { defined } from '../../src/kernel/assert.ts';
import { FailureError } from '../../src/kernel/failure.ts';
import { shellActor } from '../../src/shell-actor.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { anotherProcess } from '../support/processes.ts';

let engine: TestEngine;
let posters: Posters;
let other: Pick<TestEngine, 'run'>;
let owner: Sql;
let clerk: Actor;
let checker: Actor;
let second: Actor;
const [asha, ravi] = [shellActor('asha'), shellActor('ravi')];

beforeAll(async () => {
  engine = await openTestEngine();
  owner = testPool(engine.database.owner, 1);
  for (const [code, kind] of [
    ['bank', 'asset'],
    ['a', 'liability'],
    ['b', 'liability'],
  ] as const)
    await engine.run('account.create', {
      code,
      kind,
      currency: 'INR',
      floor: code === 'bank' ? null : '0',
    });
  await engine.pay('bank', 'a', '1000');
  clerk = await engine.client('wallet', [
    'transfers:write',
    'transfers:adjust',
    'transfers:unrestricted',
    'accounts:write',
  ]);
  checker = await engine.client('office', ['proposals:approve', 'transfers:adjust']);
  second = await engine.client('desk', ['proposals:approve']);
  await engine.run('policy.set', {
    rules: [
      { action: 'adjustment' },
      { action: 'unfreeze' },
      { action: 'transfer', above: '100', currency: 'INR' },
    ],
  });
  posters = anotherProcess(engine);
  other = { run: runBy(posters) };
});
afterAll(async () => {
  await owner.end({ timeout: 5 });
  await posters.stop(1000);
  await engine.stop();
});

/** As the test's own engine, through other posters. */
const runBy =
  (by: Posters): TestEngine['run'] =>
  async (name, input = {}, { key = randomUUID(), actor = engine.shell, ledgerId = engine.ledgerId } = {}) => {
    const useCase = defined(
      USE_CASES.find((one) => one.name === name),
      name,
    ) as unknown as UseCase;
    const call = { actor, ledgerId, requestId: `req_${randomUUID()}`, idempotencyKey: key };
    return useCase.run({ ...engine.engine, posters: by }, { ...call, input: useCase.input.parse(input) });
  };

const codeOf = async (answer: Promise<Answer>): Promise<string> => {
  try {
    const { status, body } = await answer;
    return String(body['code'] ?? status);
  } catch (error) {
    if (error instanceof FailureError) return error.code;
    throw error;
  }
};
const adjust = (
  amount: string,
  actor = clerk,
  more: { key?: string; ledgerId?: number } = {},
): Promise<Answer> =>
  engine.run(
    'transfer.adjust',
    { legs: [{ debit: 'a', credit: 'b', amount, currency: 'INR' }], reason: 'fix' },
    { actor, ...more },
  );
const approve = (
  { id, hash }: Answer['body'],
  actor = checker,
  more: { key?: string; ledgerId?: number } = {},
  by: typeof other = engine,
) => by.run('proposal.approve', { id, hash }, { actor, ...more });
const reject = (
  { id }: Answer['body'],
  actor = checker,
  more: { key?: string; ledgerId?: number } = {},
  by: typeof other = engine,
) => by.run('proposal.reject', { id }, { actor, ...more });
const statusOf = async ({ id }: Answer['body']): Promise<unknown> =>
  (await engine.read('proposal.get', { id }))['status'];
const balance = async (code: string): Promise<string> =>
  ((await engine.read('account.get', { id: code }))['balances'] as { posted: string }).posted;
const problems = async (ledgerId = engine.ledgerId) =>
  (await verifyLedger({ sql: owner, linkKey: engine.linkKey, ledgerId })).problems;

describe('a proposal', () => {
  test('V2.3.5 moves nothing before a second person approves it, and then exactly what was proposed', async () => {
    const before = await balance('b');
    const { status, body } = await adjust('7');
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'proposed', action: 'adjustment', operation: 'transfer.adjust' });
    expect(await balance('b')).toBe(before);
    const done = await approve(body);
    expect(done).toMatchObject({
      status: 200,
      body: { id: body['id'], status: 'executed', result: { status: 'posted', reason: 'fix' } },
    });
    expect(Number(await balance('b')) - Number(before)).toBe(7);
    expect(await engine.read('proposal.get', { id: body['id'] })).toMatchObject({
      status: 'executed',
      proposed_by: clerk.name,
      decided_by: checker.name,
      decision_event: done.body['event_number'],
    });
    const { id } = done.body['result'] as { id: string };
    expect(await engine.read('transfer.get', { id })).toMatchObject({ status: 'posted' });
  });

  test('is answered again under its key, before and after it is approved, and so is the approval', async () => {
    const key = randomUUID();
    const { body } = await adjust('1', clerk, { key });
    expect(await adjust('1', clerk, { key })).toMatchObject({ status: 202, replayed: true, body });
    const approval = randomUUID();
    const done = await approve(body, checker, { key: approval });
    expect(await approve(body, checker, { key: approval })).toMatchObject({
      replayed: true,
      body: done.body,
    });
    expect(await adjust('1', clerk, { key })).toMatchObject({ status: 202, replayed: true, body });
    expect(await approve(body, checker, { key: approval }, other)).toMatchObject({ replayed: true });
    expect(await codeOf(approve({ ...body, hash: '0'.repeat(64) }, checker, { key: approval }))).toBe(
      'idempotency_key_reused',
    );
  });

  test('V2.3.5 is not approved under another hash, so what the checker saw is what is done', async () => {
    const [one, two] = [(await adjust('1')).body, (await adjust('2')).body];
    expect(one['hash']).not.toBe(two['hash']);
    expect(await codeOf(approve({ id: one['id'], hash: two['hash'] }))).toBe('proposal_hash_mismatch');
    expect(await statusOf(one)).toBe('proposed');
  });

  test('V2.3.5 is approved by nobody who proposed it: not the key, not its client, not who made either', async () => {
    const { body } = await adjust('1', checker);
    const sameClient = await engine.client('office', ['proposals:approve']);
    expect(await codeOf(approve(body, checker))).toBe('own_proposal');
    expect(await codeOf(approve(body, sameClient))).toBe('own_proposal');
    // All keys of this ledger were made by the shell of the tests.
    expect(await codeOf(approve(body, engine.shell))).toBe('own_proposal');
    const atShell = (await adjust('1', engine.shell)).body;
    expect(await codeOf(approve(atShell, checker))).toBe('own_proposal');
    expect(await codeOf(approve(atShell, engine.shell))).toBe('own_proposal');
    expect(await statusOf(body)).toBe('proposed');
    expect(await statusOf(atShell)).toBe('proposed');
    expect(await codeOf(approve(atShell, ravi))).toBe('200');
    expect(await codeOf(approve((await adjust('1', asha)).body, checker))).toBe('200');
  });

  test("takes the scope to be decided, and is another ledger's nowhere", async () => {
    const { body } = await adjust('1');
    const without = await engine.client('guest', ['transfers:adjust', 'proposals:read']);
    expect(await codeOf(approve(body, without))).toBe('forbidden');
    expect(await codeOf(reject(body, without))).toBe('forbidden');
    const ledgerId = await engine.createLedger('foreign');
    expect(await codeOf(approve(body, ravi, { ledgerId }))).toBe('not_found');
    expect(await codeOf(reject(body, ravi, { ledgerId }))).toBe('not_found');
  });

  test('ends with the API key that proposed it', async () => {
    const gone = await engine.client('gone', ['transfers:adjust']);
    const { body } = await adjust('1', gone);
    await engine.run('key.revoke', { id: gone.name });
    expect(await codeOf(approve(body))).toBe('proposer_not_active');
    expect(await codeOf(reject(body))).toBe('200');
  });

  test('is decided by the state of the moment: a refusal then is final', async () => {
    const { body } = await adjust('100000');
    expect(await codeOf(approve(body))).toBe('floor_breached');
    expect(await statusOf(body)).toBe('execution_refused');
    expect(await codeOf(approve(body, second))).toBe('proposal_decided');
  });

  test('may hold or schedule: what is scheduled by an approval is executed', async () => {
    const held = await engine.pay('a', 'b', '101', { hold: { expires_in_seconds: 600 } });
    expect(held.status).toBe(202);
    const done = await approve(held.body, ravi);
    expect(done.body['result']).toMatchObject({ status: 'held' });
    const { id } = done.body['result'] as { id: string };
    await engine.run('transfer.void', { id });
  });

  test('takes what is above the amount alone, in a batch as well; an atomic group is kept out whole', async () => {
    const legs = (amount: string) => [{ debit: 'a', credit: 'b', amount, currency: 'INR' }];
    const items = () =>
      ['100', '100.01'].map((amount) => ({ idempotency_key: randomUUID(), legs: legs(amount) }));
    const { body } = await engine.run('transfer.batch', { transfers: items() }, { actor: clerk });
    expect(body['results']).toMatchObject([
      { status: 'posted' },
      { status: 'proposed', proposal: { action: 'transfer' } },
    ]);
    const group = await engine.run('transfer.batch', { transfers: items(), atomic: true }, { actor: clerk });
    expect(group.body['results']).toMatchObject(
      [1, 2].map(() => ({ status: 'failed', problem: { code: 'approval_required' } })),
    );
  });

  test('V2.3.5 lifts no freeze alone, while a freeze never waits', async () => {
    expect(
      (await engine.run('account.update', { id: 'b', credits_frozen: true }, { actor: clerk })).status,
    ).toBe(200);
    const { status, body } = await engine.run(
      'account.update',
      { id: 'b', credits_frozen: false },
      { actor: clerk },
    );
    expect(status).toBe(202);
    expect(await codeOf(approve(body))).toBe('200');
    expect(await engine.read('account.get', { id: 'b' })).toMatchObject({ credits_frozen: false });
  });
});

describe('the policy', () => {
  test('V2.3.5 takes a second person itself, once it names an action', async () => {
    const { status, body } = await engine.run('policy.set', { rules: [] }, { actor: asha });
    expect(status).toBe(202);
    expect(body).toMatchObject({ action: 'policy' });
    expect((await engine.read('policy.get'))['rules']).toHaveLength(3);
    expect(await codeOf(approve(body, asha))).toBe('own_proposal');
    expect(await codeOf(reject(body, asha))).toBe('200');
  });

  test('is set at the command line alone, and holds in its own ledger and from the other process as well', async () => {
    expect(await codeOf(engine.run('policy.set', { rules: [] }, { actor: checker }))).toBe('forbidden');
    const ledgerId = await engine.createLedger('own');
    expect(await engine.read('policy.get', {}, ledgerId)).toEqual({ expires_in_seconds: 86_400, rules: [] });
    await engine.run(
      'policy.set',
      { rules: [{ action: 'adjustment' }], expires_in_seconds: 60 },
      { ledgerId },
    );
    const legs = [{ debit: 'a', credit: 'b', amount: '1', currency: 'INR' }];
    expect(await other.run('transfer.adjust', { legs, reason: 'fix' }, { ledgerId })).toMatchObject({
      status: 202,
    });
    const { body } = await engine.run('policy.set', { rules: [] }, { ledgerId });
    await approve(body, ravi, { ledgerId }, other);
    expect(await codeOf(engine.run('transfer.adjust', { legs, reason: 'fix' }, { ledgerId }))).toBe(
      'account_unknown',
    );
    expect(await problems(ledgerId)).toEqual([]);
  });
});

describe('at the same moment', () => {
  const ROUNDS = 12;

  test('V2.3.5 two checkers of two processes: one executes, the other finds it decided', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const before = await balance('b');
      const { body } = await adjust('1');
      const codes = await Promise.all([
        codeOf(approve(body, checker)),
        codeOf(approve(body, second, {}, other)),
        codeOf(approve(body, ravi, {}, round % 2 === 0 ? engine : other)),
      ]);
      expect(codes.toSorted()).toEqual(['200', 'proposal_decided', 'proposal_decided']);
      expect(Number(await balance('b')) - Number(before)).toBe(1);
    }
  });

  test('V2.3.5 an approval beside a rejection beside the end: one of them, in the order of the log', async () => {
    const ledgerId = await engine.createLedger('clocked', true);
    for (const code of ['a', 'b'])
      await engine.run(
        'account.create',
        { code, kind: 'liability', currency: 'INR', floor: null },
        { ledgerId },
      );
    await engine.run(
      'policy.set',
      { rules: [{ action: 'adjustment' }], expires_in_seconds: 3600 },
      { ledgerId },
    );
    const seen = new Set<string>();
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const { body } = await adjust('1', asha, { ledgerId });
      const asks = [
        () => codeOf(approve(body, ravi, { ledgerId }, other)),
        () => codeOf(reject(body, asha, { ledgerId })),
        () => codeOf(engine.run('clock.move', { advance_seconds: 3600 }, { ledgerId })),
      ];
      // Each of them comes first in a third of the rounds: by nothing, by a little, and by much.
      const ahead = [0, 1, 3, 40][round % 4] as number;
      const answers = await Promise.all(
        asks.map(async (ask, i) => {
          await engine.run('proposal.get', { id: body['id'] }, { ledgerId });
          await new Promise((resolve) => setTimeout(resolve, ((i + Math.floor(round / 4)) % 3) * ahead));
          return ask();
        }),
      );
      const [approved, rejected] = answers;
      const { body: stored } = await engine.run('proposal.get', { id: body['id'] }, { ledgerId });
      const expected = {
        executed: ['200', 'proposal_decided'],
        rejected: ['proposal_decided', '200'],
        expired: ['proposal_expired', 'proposal_expired'],
      }[String(stored['status'])];
      expect([approved, rejected]).toEqual(expected);
      seen.add(String(stored['status']));
    }
    expect([...seen].toSorted()).toEqual(['executed', 'expired', 'rejected']);
    expect(await problems(ledgerId)).toEqual([]);
  });

  test('one intent under one key through two processes becomes one proposal', async () => {
    const key = randomUUID();
    const legs = [{ debit: 'a', credit: 'b', amount: '1', currency: 'INR' }];
    const all = await Promise.all(
      [engine, other, engine, other].map((by) =>
        by.run('transfer.adjust', { legs, reason: 'fix' }, { actor: clerk, key }),
      ),
    );
    expect(new Set(all.map(({ body }) => body['id'])).size).toBe(1);
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });
});

describe('the database', () => {
  const decisionOf = (id: number, of: string) =>
    owner.unsafe(`
    insert into bahi.proposal_decision (ledger_id, proposal_id, number, status, proposer, proposer_client, checker, checker_client, mac)
    select ledger_id, proposal_id, ${id}, ${of}, decode(repeat('00', 32), 'hex') from bahi.proposal
    where ledger_id = ${engine.ledgerId} and proposal_id = ${id - 100_000}`);

  test("V2.3.5 refuses a decision of the proposer, of its client, of somebody else's proposal, and a second one", async () => {
    const { body } = await adjust('1');
    const id = Number(body['event_number']) + 100_000;
    const own = `'executed', proposer, proposer_client`;
    await expect(decisionOf(id, `${own}, proposer, 'other'`)).rejects.toThrow('checker_is_not_the_proposer');
    await expect(decisionOf(id, `${own}, 'key_other', proposer_client`)).rejects.toThrow(
      'checker_is_not_the_proposer',
    );
    await expect(decisionOf(id, `'executed', 'somebody', 'else', 'key_other', 'office'`)).rejects.toThrow(
      'decision_is_of_the_proposal',
    );
    await expect(
      decisionOf(id, `'proposed', proposer, proposer_client, 'key_other', 'office'`),
    ).rejects.toThrow('decision_is_known');
    await approve(body);
    await expect(decisionOf(id, `${own}, 'key_other', 'office'`)).rejects.toThrow('proposal_decision_pkey');
  });

  test.each(['approval_policy', 'proposal', 'proposal_decision'])(
    'keeps %s as it was written',
    async (table) => {
      for (const change of [
        `update bahi.${table} set mac = mac`,
        `delete from bahi.${table}`,
        `truncate bahi.${table} cascade`,
      ])
        await expect(owner.unsafe(change)).rejects.toThrow('history is append-only');
    },
  );
});

test('the verifier finds all of this sound', async () => {
  expect(await problems()).toEqual([]);
});
