/**
 * Pools over HTTP: what a request alone shows to be wrong is 4xx, points at the member and stores nothing; who may create and read
 * them; that a pool is found by its id or name in its own ledger alone; and that an account which is named twice is in it once.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/identity/api-key.ts';
import { formatId } from '../../src/kernel/id.ts';
import { ALL_SCOPES, type Received, startServer, type TestServer } from '../support/server.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

let server: TestServer;
let key: string;
let keys = 0;
let ids: Record<string, string>;

beforeAll(async () => {
  server = await startServer();
  key = await server.apiKey(ALL_SCOPES);
  ids = {};
  for (const code of ['ada', 'bob', 'eve']) ids[code] = await open({ code, owner: OWNER });
  ids['usd'] = await open({ code: 'usd', currency: 'USD' });
  const ledgerId = await server.test.createLedger('elsewhere');
  const { body } = await server.test.run(
    'account.create',
    { code: 'far', kind: 'liability', currency: 'INR' },
    { ledgerId },
  );
  ids['foreign'] = String(body['id']);
  const pool = await server.test.run(
    'pool.create',
    { name: 'far', currency: 'INR', accounts: ['far'], limits: [] },
    { ledgerId },
  );
  ids['foreignPool'] = String(pool.body['id']);
  await create({ name: 'listed', accounts: ['ada'], limits: [limit()] });
  await create({ name: 'owned', owner: OWNER });
});
afterAll(() => server.stop());

async function open(body: object): Promise<string> {
  const opened = await server.test.run('account.create', { kind: 'liability', currency: 'INR', ...body });
  return String(opened.body['id']);
}

const limit = (more: object = {}) => ({
  name: 'daily',
  direction: 'outgoing',
  window: 'day',
  amount: '5.00',
  ...more,
});
const send = (method: string, path: string, json?: object, as = key): Promise<Received> =>
  server.send(method, path, {
    key: as,
    ...(json === undefined ? {} : { json, idempotencyKey: `pools-${++keys}` }),
  });
const create = (body: object, as?: string): Promise<Received> =>
  send('POST', '/v1/pools', { currency: 'INR', limits: [], ...body }, as);
const change = (pool: string, body: object): Promise<Received> => send('PATCH', `/v1/pools/${pool}`, body);
const pointers = ({ body }: Received): string[] =>
  ((body['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);

describe('a malformed request stores nothing and is told where it is wrong', () => {
  let before: number;
  beforeEach(async () => {
    before = await server.events();
  });

  test.each<[string, object, string]>([
    ['neither owner nor accounts', { name: 'n' }, '/accounts'],
    ['both of them', { name: 'n', owner: OWNER, accounts: [] }, '/accounts'],
    ['no name', { accounts: [] }, '/name'],
    ['a name with a space', { name: 'a b', accounts: [] }, '/name'],
    ['a name in the shape of an id', { name: 'pol_0000001000000001', accounts: [] }, '/name'],
    ['an owner that is no UUID', { name: 'n', owner: 'ada' }, '/owner'],
    ['a currency that is none', { name: 'n', currency: 'XXX', accounts: [] }, '/currency'],
    ['an account that is not there', { name: 'n', accounts: ['ada', 'nobody'] }, '/accounts/1'],
    ['an id that is no account', { name: 'n', accounts: ['acc_0000001zzzzzzzzz'] }, '/accounts/0'],
    ['an account of another currency', { name: 'n', accounts: ['usd'] }, '/accounts/0'],
    ['501 accounts', { name: 'n', accounts: Array.from({ length: 501 }, () => 'ada') }, '/accounts'],
    ['accounts that are no list', { name: 'n', accounts: 'ada' }, '/accounts'],
    ['limits left out', { name: 'n', accounts: [], limits: undefined }, '/limits'],
    [
      'nine limits',
      { name: 'n', accounts: [], limits: Array.from({ length: 9 }, (_, i) => limit({ name: `l${i}` })) },
      '/limits',
    ],
    ['two limits of one name', { name: 'n', accounts: [], limits: [limit(), limit()] }, '/limits/1/name'],
    ['a limit of nothing', { name: 'n', accounts: [], limits: [limit({ amount: undefined })] }, '/limits/0'],
    ['a count of zero', { name: 'n', accounts: [], limits: [limit({ count: 0 })] }, '/limits/0/count'],
    [
      'a count that is negative',
      { name: 'n', accounts: [], limits: [limit({ count: -1 })] },
      '/limits/0/count',
    ],
    ['half a transfer', { name: 'n', accounts: [], limits: [limit({ count: 1.5 })] }, '/limits/0/count'],
    ['a count beyond all', { name: 'n', accounts: [], limits: [limit({ count: 1e10 })] }, '/limits/0/count'],
    [
      'a net limit with a count',
      { name: 'n', accounts: [], limits: [limit({ direction: 'net', count: 1 })] },
      '/limits/0/count',
    ],
    [
      'a negative amount',
      { name: 'n', accounts: [], limits: [limit({ amount: '-1.00' })] },
      '/limits/0/amount',
    ],
    [
      'an amount of zero',
      { name: 'n', accounts: [], limits: [limit({ amount: '0.00' })] },
      '/limits/0/amount',
    ],
    [
      'three decimals of a rupee',
      { name: 'n', accounts: [], limits: [limit({ amount: '1.001' })] },
      '/limits/0/amount',
    ],
    [
      'an amount beyond all digits',
      { name: 'n', accounts: [], limits: [limit({ amount: '9'.repeat(40) })] },
      '/limits/0/amount',
    ],
    [
      'an amount as a number',
      { name: 'n', accounts: [], limits: [limit({ amount: 5 })] },
      '/limits/0/amount',
    ],
    [
      'a direction that is none',
      { name: 'n', accounts: [], limits: [limit({ direction: 'up' })] },
      '/limits/0/direction',
    ],
    [
      'a window that is none',
      { name: 'n', accounts: [], limits: [limit({ window: 'week' })] },
      '/limits/0/window',
    ],
    [
      'a window too long',
      { name: 'n', accounts: [], limits: [limit({ window: '2678401s' })] },
      '/limits/0/window',
    ],
    ['a member that is none', { name: 'n', accounts: [], members: 3 }, '/members'],
  ])('to create a pool with %s', async (_, body, pointer) => {
    const refused = await create(body);
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(pointers(refused)).toContain(pointer);
    expect(await server.events()).toBe(before);
  });

  test('to create a pool whose name has the shape of an identity number', async () => {
    expect(await create({ name: 'ABCPE1234F', accounts: [] })).toMatchObject({
      status: 400,
      body: { code: 'personal_data' },
    });
    expect(await server.events()).toBe(before);
  });

  test('to name an account of another ledger, told as one that is not there', async () => {
    const far = await create({ name: 'n', accounts: [ids['foreign']] });
    expect(far).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(far.body['errors']).toEqual([
      { pointer: '/accounts/0', message: `there is no account ${ids['foreign']}: open it first` },
    ]);
    expect(await server.events()).toBe(before);
  });

  test.each<[string, string, () => object, string[]]>([
    ['nothing to change', 'listed', () => ({}), ['']],
    ['its name', 'listed', () => ({ name: 'other', limits: [] }), ['/name']],
    [
      'an account that joins and leaves, by code and by id',
      'listed',
      () => ({ add: ['bob'], remove: [ids['bob']] }),
      ['/remove'],
    ],
    ['an account that is not there', 'listed', () => ({ remove: ['nobody'] }), ['/remove/0']],
    ['an account of another currency', 'listed', () => ({ add: ['bob', 'usd'] }), ['/add/1']],
    ['accounts of an owner', 'owned', () => ({ add: ['usd'], remove: ['ada'] }), ['/add', '/remove']],
    [
      'an amount that its currency lacks',
      'listed',
      () => ({ limits: [limit({ amount: '0.001' })] }),
      ['/limits/0/amount'],
    ],
  ])('to change of a pool %s', async (_, pool, body, expected) => {
    const refused = await change(pool, body());
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(pointers(refused)).toEqual(expected);
    expect(await server.events()).toBe(before);
  });

  test.each<[string, () => string]>([
    ['a name that no pool has', () => 'nobody'],
    ['a pool of another ledger', () => String(ids['foreignPool'])],
    ['the name of one', () => 'far'],
    ['the id of an account', () => String(ids['ada'])],
    ['the number of what is no pool', () => formatId('pol', server.test.ledgerId, 1)],
    ['a number that nothing has yet', () => formatId('pol', server.test.ledgerId, 99_999)],
  ])('about %s', async (_, pool) => {
    for (const received of [await send('GET', `/v1/pools/${pool()}`), await change(pool(), { limits: [] })])
      expect(received).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await server.events()).toBe(before);
  });

  test.each<[string, () => string]>([
    ['that is not there', () => 'nobody'],
    ['of another ledger', () => String(ids['foreign'])],
    ['that is a pool', () => formatId('acc', server.test.ledgerId, 7)],
  ])('about the limits of an account %s', async (_, account) => {
    expect(await send('GET', `/v1/accounts/${account()}/limits`)).toMatchObject({ status: 404 });
  });
});

describe('who may', () => {
  const only = (...scopes: Scope[]): Promise<string> => server.apiKey(scopes);

  test('create and change a pool needs accounts:unrestricted', async () => {
    const without = await only(...ALL_SCOPES.filter((scope) => scope !== 'accounts:unrestricted'));
    expect(await create({ name: 'mine', accounts: [] }, without)).toMatchObject({ status: 403 });
    const json = { limits: [] };
    expect(await send('PATCH', '/v1/pools/listed', json, without)).toMatchObject({ status: 403 });
    expect(await create({ name: 'mine', accounts: [] }, await only('accounts:unrestricted'))).toMatchObject({
      status: 201,
    });
  });

  test('read one needs accounts:read', async () => {
    const [reader, other] = [
      await only('accounts:read'),
      await only('transfers:read', 'accounts:unrestricted'),
    ];
    for (const path of ['/v1/pools', '/v1/pools/listed', '/v1/accounts/ada/limits']) {
      expect([path, await send('GET', path, undefined, reader)]).toMatchObject([path, { status: 200 }]);
      expect([path, await send('GET', path, undefined, other)]).toMatchObject([path, { status: 403 }]);
    }
  });
});

test('an account that is named twice is in a pool once, and is taken as it is where it is in it', async () => {
  const created = await create({ name: 'twice', accounts: ['bob', ids['bob'], 'bob'] });
  expect(created).toMatchObject({ status: 201, body: { members: 1, joined: 1, limits: [] } });
  expect(created.headers['location']).toBe(`/v1/pools/${created.body['id']}`);
  expect((await change('twice', { add: ['bob', 'eve', ids['eve']] })).body).toMatchObject({
    members: 2,
    joined: 1,
  });
  expect((await change('twice', { add: ['eve'], remove: ['ada'] })).body).toMatchObject({
    joined: 0,
    parted: 0,
  });
  const shown = await send('GET', `/v1/pools/${created.body['id']}`);
  expect(shown.body).toMatchObject({ name: 'twice', accounts: [ids['bob'], ids['eve']] });
});

test('the owner is one, in whichever letters', async () => {
  const owner = '0c8d7e6f-5a4b-4c3d-8e2f-1a0b9c8d7e6f';
  await open({ code: 'small', owner });
  const created = await create({ name: 'letters', owner: owner.toUpperCase() });
  expect(created.body).toMatchObject({ owner, joined: 1 });
  await open({ code: 'large', owner: owner.toUpperCase() });
  expect((await send('GET', '/v1/accounts/large/limits')).body).toMatchObject({
    pools: [{ name: 'letters' }],
  });
});
