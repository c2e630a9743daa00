/** Holds over HTTP: the whole life of one, and what is malformed about asking. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let key: string;
let sent = 0;

beforeAll(async () => {
  server = await startServer();
  key = await server.apiKey([...ALL_SCOPES, 'transfers:unrestricted']);
  for (const [code, kind] of [
    ['bank', 'asset'],
    ['ada', 'liability'],
  ])
    await server.test.run('account.create', { code, kind, currency: 'INR' });
});
afterAll(() => server.stop());

const post = (path: string, json: unknown, as = key) =>
  server.send('POST', path, { key: as, idempotencyKey: `hold-${++sent}`, json });
const legs = [{ debit: 'bank', credit: 'ada', amount: '12.50', currency: 'INR' }];
const place = () => post('/v1/transfers', { legs, hold: { expires_in_seconds: 900 } });

describe('a hold', () => {
  test('is placed, captured in parts and ended, each step with its own answer and address', async () => {
    const placed = await place();
    const address = `/v1/transfers/${placed.body['id']}`;
    expect(placed).toMatchObject({
      status: 201,
      headers: { location: address },
      body: { status: 'held', hold: { captured: ['0.00'], remaining: ['12.50'], captures: [] } },
    });
    const { held_at, hold } = placed.body as { held_at: string; hold: { expires_at: string } };
    expect(Date.parse(hold.expires_at) - Date.parse(held_at)).toBe(900_000);
    expect((await server.send('GET', address, { key })).body).toEqual(placed.body);

    const part = await post(`${address}/captures`, { amount: '2.50' });
    expect(part).toMatchObject({
      status: 201,
      headers: { location: `/v1/transfers/${part.body['id']}` },
      body: { status: 'posted', captures: placed.body['id'], remaining: ['10.00'], released: ['0.00'] },
    });
    const last = await post(`${address}/captures`, { amounts: ['4'], final: true });
    expect(last.body).toMatchObject({ legs: [{ amount: '4.00' }], remaining: ['0.00'], released: ['6.00'] });
    expect((await server.send('GET', address, { key })).body).toMatchObject({
      status: 'posted',
      hold: { captured: ['6.50'], remaining: ['0.00'], captures: [last.body['id'], part.body['id']] },
      posted_at: last.body['posted_at'],
    });
    expect(await post(`${address}/void`, {})).toMatchObject({ status: 422, body: { code: 'hold_captured' } });
  });

  test('is voided', async () => {
    const { body } = await place();
    const answer = await post(`/v1/transfers/${body['id']}/void`, {});
    expect(answer).toMatchObject({
      status: 200,
      body: { id: body['id'], status: 'voided', released: ['12.50'] },
    });
    expect(await server.send('GET', `/v1/transfers/${body['id']}`, { key })).toMatchObject({
      body: { status: 'voided', voided_at: answer.body['voided_at'] },
    });
  });

  test('that is refused tells the transfer that was refused', async () => {
    const { body } = await place();
    const refused = await post(`/v1/transfers/${body['id']}/captures`, { amount: '12.51' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'capture_exceeds_hold', leg: 0 } });
    const shown = await server.send('GET', String(refused.body['instance']), { key });
    expect(shown.body).toMatchObject({ status: 'refused', captures: body['id'], legs: [] });
  });
});

test('an account says how much more than a hold its captures may take, from its opening on', async () => {
  const opening = { code: 'card', kind: 'liability', currency: 'INR', over_capture_percent: '15' };
  const opened = await post('/v1/accounts', opening);
  expect(opened).toMatchObject({ status: 201, body: { over_capture_percent: '15.00' } });
  expect((await server.send('GET', '/v1/accounts/card', { key })).body).toEqual(opened.body);
  const change = { key, idempotencyKey: `hold-${++sent}`, json: { over_capture_percent: null } };
  const changed = await server.send('PATCH', '/v1/accounts/card', change);
  expect(changed).toMatchObject({ status: 200 });
  expect(changed.body).not.toHaveProperty('over_capture_percent');
});

describe('a malformed request', () => {
  test.each([
    ['no time', { legs, hold: {} }],
    ['a time of nothing', { legs, hold: { expires_in_seconds: 0 } }],
    ['more than a leap year', { legs, hold: { expires_in_seconds: 31_622_401 } }],
    ['a part of a second', { legs, hold: { expires_in_seconds: 1.5 } }],
  ])('places no hold: %s', async (_, json) => {
    const before = await server.events();
    expect(await post('/v1/transfers', json)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
    expect(await server.events()).toBe(before);
  });

  test.each([
    ['nothing', { amount: '0.00' }, '/amount'],
    ['nothing in any leg', { amounts: ['0', '0.0'] }, '/amounts'],
    ['no leg', { amounts: [] }, '/amounts'],
    ['both', { amount: '1', amounts: ['1'] }, '/amounts'],
    ['less than nothing', { amount: '-1' }, '/amount'],
    ['a number', { amount: 1 }, '/amount'],
  ])('captures nothing: %s', async (_, json, pointer) => {
    const { body } = await place();
    const before = await server.events();
    const answer = await post(`/v1/transfers/${body['id']}/captures`, json);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ pointer }] } });
    expect(await server.events()).toBe(before);
  });

  test.each(['0', '0.00', '100.01', '-1', '1.001', '1e2', '', 15, ' 5', '1000', true])(
    'allows no over-capture of %j',
    async (percent) => {
      const before = await server.events();
      const invalid = {
        status: 400,
        body: { code: 'invalid_request', errors: [{ pointer: '/over_capture_percent' }] },
      };
      const change = { key, idempotencyKey: `hold-${++sent}`, json: { over_capture_percent: percent } };
      expect(await server.send('PATCH', '/v1/accounts/ada', change)).toMatchObject(invalid);
      const opening = { kind: 'liability', currency: 'INR', over_capture_percent: percent };
      expect(await post('/v1/accounts', opening)).toMatchObject(invalid);
      expect(await server.events()).toBe(before);
    },
  );
});

test('capturing and voiding take the scope of posting, and end no hold of another ledger', async () => {
  const { body } = await place();
  const reader = await server.apiKey(['transfers:read']);
  const elsewhere = await server.apiKey(['transfers:write'], {
    ledgerId: await server.test.createLedger('else'),
  });
  for (const [path, json] of [
    [`/v1/transfers/${body['id']}/captures`, {}],
    [`/v1/transfers/${body['id']}/void`, {}],
  ] as const) {
    expect(await post(path, json, reader)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await post(path, json, elsewhere)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  }
  expect(await server.send('GET', `/v1/transfers/${body['id']}`, { key })).toMatchObject({
    body: { status: 'held' },
  });
});
