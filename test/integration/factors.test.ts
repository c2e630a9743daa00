/**
 * Customers' factors against a real database and over HTTP. Ids at the front of a title are requirements of OWASP ASVS 5.0.0
 * (V…) or sections of NIST SP 800-63B-4 and RFC 6238: SECURITY.md maps each to its test.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { submitOnce } from '../../src/engine/submit-once.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { parseMicros } from '../../src/kernel/clock.ts';
import { parseId } from '../../src/kernel/id.ts';
import { testPool } from '../support/cluster.ts';
import { FACTOR_WAIT_SECONDS } from '../support/engine.ts';
import { codeAt, HandClock } from '../support/operators.ts';
import { anotherProcess } from '../support/processes.ts';
import { type Received, startServer, type TestServer } from '../support/server.ts';

const clock = new HandClock();
let server: TestServer;
let owner: Sql;
let admin: Sql;
let key: string;

beforeAll(async () => {
  server = await startServer({ engine: { clock } });
  owner = testPool(server.test.database.owner, 1);
  admin = testPool(server.test.database.admin, 1);
  // Past the triggers, as an administrator of the database may.
  await admin`set session_replication_role = replica`;
  key = await server.apiKey(['factors:manage']);
});
afterAll(async () => {
  await owner.end({ timeout: 5 });
  await admin.end({ timeout: 5 });
  await server.stop();
});
// Codes are used up by steps ahead.
beforeEach(() => {
  clock.aheadMicros = 0;
});

interface Factor {
  readonly customer: string;
  readonly id: string;
  readonly secret: string;
}

const post = (path: string, json: unknown, token = key): Promise<Received> =>
  server.send('POST', path, { key: token, json });
const pathOf = (customer: string): string => `/v1/customers/${customer}/factors`;
const list = (customer: string, token = key): Promise<Received> =>
  server.send('GET', pathOf(customer), { key: token });
const codeOf = ({ secret }: Pick<Factor, 'secret'>): Promise<string> => codeAt(secret, clock.nowMicros());
const nextCodeOf = (factor: Pick<Factor, 'secret'>): Promise<string> => {
  clock.nextStep();
  return codeOf(factor);
};
async function wrongCodeOf({ secret }: Factor): Promise<string> {
  const around = await Promise.all(
    [-1, 0, 1].map((step) => codeAt(secret, clock.nowMicros() + step * 30_000_000)),
  );
  return ['000000', '111111', '222222', '333333'].find((code) => !around.includes(code)) ?? '';
}

async function enrol(customer: string, more: Record<string, unknown> = {}): Promise<Factor> {
  const { body, status, text } = await post(pathOf(customer), { type: 'totp', ...more });
  if (status !== 201) throw new Error(`no enrolment: ${text}`);
  return { customer, id: String(body['id']), secret: String(body['secret']) };
}

const confirm = async (factor: Factor): Promise<Received> =>
  post(`${pathOf(factor.customer)}/${factor.id}/confirm`, { code: await nextCodeOf(factor) });

/** An active factor of a customer who had none, with the recovery codes. */
async function active(customer = randomUUID()): Promise<Factor & { readonly recoveryCodes: string[] }> {
  const factor = await enrol(customer);
  const { body } = await confirm(factor);
  return { ...factor, recoveryCodes: body['recovery_codes'] as string[] };
}

const sound = async (ledgerId = server.test.ledgerId): Promise<readonly unknown[]> => {
  const { linkKey } = server.test;
  const serve = testPool(server.test.database.serve, 1);
  try {
    return (await verifyLedger({ sql: serve, linkKey, ledgerId })).problems;
  } finally {
    await serve.end({ timeout: 5 });
  }
};

describe('an enrolment', () => {
  test('tells a secret, its URI and a picture of it once, and is confirmed with the first code', async () => {
    const customer = randomUUID();
    const { status, body } = await post(pathOf(customer), { type: 'totp', label: 'phone-1' });
    expect(status).toBe(201);
    const secret = String(body['secret']);
    expect(body).toMatchObject({
      status: 'pending',
      otpauth_uri: `otpauth://totp/Bahi:phone-1?secret=${secret}&issuer=Bahi`,
      qr_svg: expect.stringMatching(/^<svg [^>]*>.*<\/svg>$/s),
    });
    expect((await list(customer)).body).toMatchObject({
      data: [{ id: body['id'], label: 'phone-1', status: 'pending', usable_from: null, last_used_at: null }],
      recovery_codes_left: 0,
    });
    const factor = { customer, id: String(body['id']), secret };
    const confirmed = await confirm(factor);
    expect(confirmed.status).toBe(200);
    expect(confirmed.body['recovery_codes']).toHaveLength(10);
    const told = await list(customer);
    const { confirmed_at: at, usable_from: from } = confirmed.body as Record<string, string>;
    expect(told.body).toMatchObject({
      data: [{ status: 'active', vouched_by: 'client', since: at, usable_from: from, last_used_at: at }],
      recovery_codes_left: 10,
    });
    expect(told.text).not.toContain(secret);
    expect(Number(parseMicros(from ?? '')) - Number(parseMicros(at ?? ''))).toBe(
      FACTOR_WAIT_SECONDS * 1_000_000,
    );
  });

  test('is of one customer however the letters of its UUID are written', async () => {
    const { customer } = await active();
    const again = await post(pathOf(customer.toUpperCase()), { type: 'totp' });
    expect(again).toMatchObject({ status: 422, body: { code: 'factor_proof_required' } });
  });

  test('that is malformed is refused and stores nothing', async () => {
    const customer = randomUUID();
    const before = await server.events();
    const wrong = async (json: unknown, path = pathOf(customer)): Promise<unknown> => {
      const { status, body } = await post(path, json);
      return [status, (body['errors'] as { pointer: string }[] | undefined)?.[0]?.pointer];
    };
    expect(await wrong({ type: 'sms' })).toEqual([400, '/type']);
    expect(await wrong({ type: 'totp', label: 'two words' })).toEqual([400, '/label']);
    expect(await wrong({ type: 'totp', label: 'ABCPE1234F' })).toEqual([400, '/label']);
    expect(await wrong({ type: 'totp' }, pathOf('asha'))).toEqual([400, '/customer']);
    const by = { factor: 'fac_0000000000000001', code: '12345' };
    expect(await wrong({ type: 'totp', vouched_by: by })).toEqual([400, '/vouched_by/code']);
    const both = { vouched_by: { ...by, code: '123456' }, recovery_code: 'x' };
    expect(await wrong({ type: 'totp', ...both })).toEqual([400, '/recovery_code']);
    const confirmation = `${pathOf(customer)}/fac_0000000000000001/confirm`;
    expect(await wrong({ code: 123_456 }, confirmation)).toEqual([400, '/code']);
    expect(await server.events()).toBe(before);
    expect(await wrong({ code: '123456' }, confirmation)).toEqual([404, undefined]);
  });
});

describe('a code', () => {
  test('V6.5.1, RFC 6238 §5.2: of 50 concurrent uses of one code one wins', async () => {
    const factor = await active();
    const code = await nextCodeOf(factor);
    const json = { type: 'totp', vouched_by: { factor: factor.id, code } };
    const all = await Promise.all(Array.from({ length: 50 }, () => post(pathOf(factor.customer), json)));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    const lost = all.filter(({ status }) => status !== 201);
    expect(new Set(lost.map(({ body }) => body['code']))).toEqual(new Set(['code_used']));
  });

  test('RFC 6238 §5.2: that one server took no other server takes', async () => {
    const { engine, ledgerId, shell } = server.test;
    const factor = await active();
    const other = anotherProcess(server.test);
    const seedDigest = await anySeed();
    const use = async (posters: typeof other, timeStep: number): Promise<unknown> => {
      const proof = { by: 'factor', factor: numberOf(factor), timeStep, replace: false } as const;
      const enrolment = { label: null, seedDigest, confirmWithinSeconds: 900, proof };
      const caller = { actor: shell, ledgerId, requestId: 'req_two-servers' };
      const command = { type: 'factor.enrol', customer: factor.customer, enrolment } as const;
      return JSON.parse(await submitOnce({ ...engine, posters }, caller, command)).code;
    };
    const both = await Promise.all([use(engine.posters, 70_000_000), use(other, 70_000_000)]);
    expect(both.toSorted()).toEqual(['code_used', undefined]);
    // Each of them remembers the customer by now, and hears what the other has done.
    for (const [step, one, two] of [
      [70_000_001, other, engine.posters],
      [70_000_002, engine.posters, other],
    ] as const)
      expect([await use(one, step), await use(two, step)]).toEqual([undefined, 'code_used']);
    await other.stop(1000);
  });

  test('V6.3.1, NIST §3.2.2: 200 parallel guesses have five tries, and the right code comes too late', async () => {
    const factor = await active();
    const code = await wrongCodeOf(factor);
    const remove = (digits: string) =>
      post(`${pathOf(factor.customer)}/${factor.id}/remove`, { code: digits });
    const guesses = await Promise.all(Array.from({ length: 200 }, () => remove(code)));
    const count = (which: string): number => guesses.filter(({ body }) => body['code'] === which).length;
    expect([count('code_mismatch'), count('factor_locked')]).toEqual([5, 195]);
    expect((await remove(await nextCodeOf(factor))).body['code']).toBe('factor_locked');
    const { body } = await list(factor.customer);
    expect(body).toMatchObject({ data: [{ status: 'active', blocked: false }] });
    const [{ locked_until: until, last_used_at: last }] = body['data'] as [Record<string, string>];
    expect(Number(parseMicros(until ?? ''))).toBeGreaterThan(Number(parseMicros(last ?? '')));
  });

  test('V6.5.5: is good for its own 30 seconds and the ones beside it', async () => {
    const factor = await active();
    const at = (steps: number): Promise<string> =>
      codeAt(factor.secret, clock.nowMicros() + steps * 30_000_000);
    const vouch = async (code: string) =>
      (await post(pathOf(factor.customer), { type: 'totp', vouched_by: { factor: factor.id, code } })).body[
        'code'
      ];
    clock.aheadMicros += 300_000_000;
    expect(await vouch(await at(-2))).toBe('code_mismatch');
    expect(await vouch(await at(2))).toBe('code_mismatch');
    expect(await vouch(await at(-1))).toBeUndefined();
    expect(await vouch(await at(1))).toBeUndefined();
    expect(await vouch(await at(0))).toBe('code_used');
  });
});

describe('a recovery', () => {
  test('V6.5.2: takes one code once, removes all that is lost and tells new codes', async () => {
    const lost = await active();
    const [recovery_code = '', second = ''] = lost.recoveryCodes;
    const phone = await enrol(lost.customer, { recovery_code: recovery_code.toUpperCase() });
    expect((await list(lost.customer)).body['recovery_codes_left']).toBe(9);
    expect((await post(pathOf(lost.customer), { type: 'totp', recovery_code })).body['code']).toBe(
      'recovery_code_invalid',
    );
    const { body } = await confirm(phone);
    expect(body['recovery_codes']).toHaveLength(10);
    // The old ones went with the lost factor.
    expect((await post(pathOf(lost.customer), { type: 'totp', recovery_code: second })).body['code']).toBe(
      'recovery_code_invalid',
    );
    expect((await list(lost.customer)).body).toMatchObject({
      data: [
        { id: phone.id, status: 'active', vouched_by: 'recovery', usable_from: body['usable_from'] },
        { id: lost.id, status: 'removed' },
      ],
      recovery_codes_left: 10,
    });
  });

  test('V6.5.2: of 20 concurrent uses of one recovery code one wins', async () => {
    const { customer, recoveryCodes } = await active();
    const json = { type: 'totp', recovery_code: recoveryCodes[0] };
    const all = await Promise.all(Array.from({ length: 20 }, () => post(pathOf(customer), json)));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});

describe('who asks', () => {
  test('V8.2.2: a key of another ledger finds nothing of a customer, and reaches no factor', async () => {
    const factor = await active();
    const ledgerId = await server.test.createLedger(randomUUID());
    const other = await server.apiKey(['factors:manage'], { ledgerId });
    expect((await list(factor.customer, other)).body).toMatchObject({ data: [], recovery_codes_left: 0 });
    const code = await nextCodeOf(factor);
    for (const what of ['confirm', 'remove']) {
      const path = `${pathOf(factor.customer)}/${factor.id}/${what}`;
      expect((await post(path, { code }, other)).status).toBe(404);
    }
    const by = { factor: factor.id, code };
    expect(await post(pathOf(factor.customer), { type: 'totp', vouched_by: by }, other)).toMatchObject({
      status: 422,
      body: { code: 'factor_not_active' },
    });
    expect((await post(`${pathOf(factor.customer)}/${factor.id}/remove`, { code })).status).toBe(200);
  });

  test('V8.2.1: a key without the scope manages no factor', async () => {
    const { customer, id } = await active();
    const other = await server.apiKey(['transfers:write', 'accounts:write']);
    expect((await list(customer, other)).status).toBe(403);
    expect((await post(pathOf(customer), { type: 'totp' }, other)).status).toBe(403);
    for (const what of ['confirm', 'remove'])
      expect((await post(`${pathOf(customer)}/${id}/${what}`, { code: '123456' }, other)).status).toBe(403);
  });
});

describe('what is stored', () => {
  test('V6.5.3, V13.3.1, V16.2.5: no secret of a factor stands in the database, in a log line or in an event', async () => {
    const factor = await active();
    const code = await nextCodeOf(factor);
    await enrol(factor.customer, { vouched_by: { factor: factor.id, code } });
    const tables = await owner<{ name: string }[]>`
      select c.relname::text as name from pg_class c where c.relnamespace = 'bahi'::regnamespace and c.relkind = 'r'`;
    const rows = await Promise.all(
      tables.map(({ name }) => owner`select t::text as row from bahi.${owner(name)} as t`),
    );
    const stored = JSON.stringify([rows, server.lines]);
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    for (const each of [factor.secret, hex(factor.secret), ...factor.recoveryCodes, 'otpauth'])
      expect(stored.includes(each), `${each.slice(0, 8)}… is stored`).toBe(false);
    // Six digits may stand anywhere by chance: as a text of their own they do not.
    expect(stored).not.toContain(`"${code}"`);
    expect(stored).toContain(factor.customer);
  });

  test('V11.3.3: the sealed seed of one customer does not open for another', async () => {
    const [one, other] = [await active(), await active()];
    const digestOf = async ({ id }: Factor): Promise<string> => {
      const rows = await owner<{ digest: string }[]>`
        select f ->> 4 as digest from bahi.customer c, jsonb_array_elements(c.factors) as f
        where (f ->> 0)::bigint = ${numberOf({ id })} limit 1`;
      return String(rows[0]?.digest);
    };
    const [ours, theirs] = [await digestOf(one), await digestOf(other)];
    const ciphertext = (digest: string) => owner`
      select encode(ciphertext, 'hex') as text from bahi.sealed_secret where digest = decode(${digest}, 'hex')`;
    const [kept] = await ciphertext(ours);
    const [swapped] = await ciphertext(theirs);
    const put = (text: unknown) => admin`
      update bahi.sealed_secret set ciphertext = decode(${String(text)}, 'hex') where digest = decode(${ours}, 'hex')`;
    await expect(put(swapped?.['text'])).rejects.toThrow(/digest_is_of_the_ciphertext/);
    await admin`alter table bahi.sealed_secret drop constraint digest_is_of_the_ciphertext`;
    await put(swapped?.['text']);
    const remove = async () =>
      post(`${pathOf(one.customer)}/${one.id}/remove`, { code: await nextCodeOf(one) });
    expect((await remove()).status).toBe(500);
    expect(await sound(0)).toMatchObject([{ check: 'secrets' }]);
    await put(kept?.['text']);
    expect((await remove()).status).toBe(200);
  });

  test('V8.4.1: a row that somebody else wrote has no valid MAC and is refused, and the verifier names it', async () => {
    const factor = await active();
    expect(await sound()).toEqual([]);
    const change = (from: string, to: string) => admin`
      update bahi.customer set factors = replace(factors::text, ${from}, ${to})::jsonb where owner = ${factor.customer}`;
    // So that it need not wait.
    const [{ usable_from: from }] = (await list(factor.customer)).body['data'] as [Record<string, string>];
    const [micros, sooner] = [parseMicros(from ?? ''), 1];
    await change(`"${micros}"`, `"${sooner}"`);
    expect(await list(factor.customer)).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(JSON.stringify(server.lines.slice(-3))).toContain('no valid MAC');
    expect(await sound()).toMatchObject([{ check: 'factors' }, { check: 'link' }]);
    await change(`"${sooner}"`, `"${micros}"`);
    expect((await list(factor.customer)).status).toBe(200);
  });

  test('V8.4.1: the fold refuses a row without a valid MAC as well', async () => {
    const { engine, ledgerId, shell } = server.test;
    const factor = await active();
    await admin`update bahi.customer set recovery_hashes = array['forged'] where owner = ${factor.customer}`;
    const fresh = anotherProcess(server.test);
    const command = {
      type: 'factor.remove',
      customer: factor.customer,
      factor: numberOf(factor),
      timeStep: 80_000_000,
    } as const;
    const caller = { actor: shell, ledgerId, requestId: 'req_forged' };
    await expect(submitOnce({ ...engine, posters: fresh }, caller, command)).rejects.toMatchObject({
      code: 'internal',
    });
    await fresh.stop(1000);
    await admin`update bahi.customer c set recovery_hashes = coalesce((
      select array(select jsonb_array_elements_text(e.body::jsonb -> 'data' -> 'recovery_hashes')) from bahi.event e
      where e.ledger_id = c.ledger_id and e.number = c.number and e.type = 'factor.confirm'), '{}') where owner = ${factor.customer}`;
    expect(await sound()).toEqual([]);
  });

  test('all of it follows from the log', async () => {
    expect(await sound()).toEqual([]);
    expect(await sound(0)).toEqual([]);
  });
});

const numberOf = ({ id }: Pick<Factor, 'id'>): number => parseId('fac', server.test.ledgerId, id) ?? 0;

async function anySeed(): Promise<string> {
  const [row] = await owner<{ digest: string }[]>`
    select encode(digest, 'hex') as digest from bahi.sealed_secret limit 1`;
  return String(row?.digest);
}
