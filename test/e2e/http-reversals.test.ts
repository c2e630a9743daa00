/** Reversals and adjustments over HTTP: their answers and addresses, what is shown of them, and what is malformed. */
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
  server.send('POST', path, { key: as, idempotencyKey: `rev-${++sent}`, json });
const legs = [
  { debit: 'bank', credit: 'ada', amount: '12.50', currency: 'INR' },
  { debit: 'bank', credit: 'ada', amount: '2.50', currency: 'INR' },
];
const pay = async (): Promise<string> => String((await post('/v1/transfers', { legs })).body['id']);
const show = async (id: unknown) => (await server.send('GET', `/v1/transfers/${id}`, { key })).body;

describe('a reversal', () => {
  test('is a transfer of its own with an address, and both show each other', async () => {
    const id = await pay();
    const stored = await show(id);
    expect(stored).not.toHaveProperty('reversed');
    const part = await post(`/v1/transfers/${id}/reversals`, { amount: '3', reference: 'refund-1' });
    expect(part).toMatchObject({
      status: 201,
      headers: { location: `/v1/transfers/${part.body['id']}` },
      body: {
        status: 'posted',
        reverses: id,
        legs: [{ amount: '0.50' }, { amount: '2.50' }],
        remaining: ['10.00', '2.00'],
        reference: 'refund-1',
      },
    });
    const [paid] = stored['legs'] as { debit: string; credit: string }[];
    expect((part.body['legs'] as unknown[])[0]).toMatchObject({ debit: paid?.credit, credit: paid?.debit });
    expect(await show(part.body['id'])).toEqual(part.body);
    const rest = await post(`/v1/transfers/${id}/reversals`, {});
    expect(rest.body).toMatchObject({ remaining: ['0.00', '0.00'] });
    expect(await show(id)).toEqual({
      ...stored,
      reversed: ['12.50', '2.50'],
      reversals: [rest.body['id'], part.body['id']],
    });
    const { data } = (await server.send('GET', '/v1/transfers?reference=refund-1', { key })).body;
    expect(data).toEqual([part.body]);
    const listed = (await server.send('GET', '/v1/transfers?account=ada&limit=3', { key })).body;
    expect(listed['data']).toEqual([rest.body, part.body, await show(id)]);
  });

  test('that is refused tells the transfer that was refused', async () => {
    const id = await pay();
    const refused = await post(`/v1/transfers/${id}/reversals`, { amounts: ['12.51', '0'] });
    expect(refused).toMatchObject({ status: 422, body: { code: 'reversal_exceeds_original', leg: 0 } });
    expect(await show(refused.body['transfer_id'])).toMatchObject({
      status: 'refused',
      reverses: id,
      legs: [],
    });
    expect(await show(id)).not.toHaveProperty('reversed');
  });

  test.each([
    ['nothing', { amount: '0.00' }, '/amount'],
    ['nothing of any leg', { amounts: ['0', '0.0'] }, '/amounts'],
    ['no leg', { amounts: [] }, '/amounts'],
    ['both', { amount: '1', amounts: ['1'] }, '/amounts'],
    ['less than nothing', { amount: '-1' }, '/amount'],
    ['a number', { amount: 1 }, '/amount'],
    ['five decimals', { amount: '1.00001' }, '/amount'],
    ['legs', { legs }, '/legs'],
  ])('of %s is malformed and stores nothing', async (_, json, pointer) => {
    const id = await pay();
    const before = await server.events();
    const answer = await post(`/v1/transfers/${id}/reversals`, json);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ pointer }] } });
    expect(await server.events()).toBe(before);
  });

  test('of a transfer of another ledger, of an account and of a void finds nothing', async () => {
    const elsewhere = await server.apiKey(['transfers:write', 'transfers:reverse'], {
      ledgerId: await server.test.createLedger('else'),
    });
    const id = await pay();
    const held = await post('/v1/transfers', { legs, hold: { expires_in_seconds: 900 } });
    const voided = await post(`/v1/transfers/${held.body['id']}/void`, {});
    const number = Number(voided.body['event_number']);
    const before = await server.events();
    const ofVoid = `${id.slice(0, -9)}${number.toString(32).padStart(9, '0')}`;
    for (const [path, as] of [
      [`/v1/transfers/${id}/reversals`, elsewhere],
      [`/v1/transfers/${id.slice(0, -9)}000000001/reversals`, key],
      [`/v1/transfers/${ofVoid}/reversals`, key],
    ] as const)
      expect(await post(path, {}, as)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await server.events()).toBe(before);
  });
});

describe('an adjustment', () => {
  const adjustment = { legs: [legs[0]], reason: 'duplicate-posting' };

  test('is posted with its reason, and found by it', async () => {
    const answer = await post('/v1/transfers/adjustments', { ...adjustment, reference: 'case-7' });
    expect(answer).toMatchObject({
      status: 201,
      headers: { location: `/v1/transfers/${answer.body['id']}` },
      body: { status: 'posted', reason: 'duplicate-posting', reference: 'case-7' },
    });
    const { data } = (await server.send('GET', '/v1/transfers?reason=duplicate-posting', { key })).body;
    expect(data).toEqual([answer.body]);
  });

  test.each([
    ['no reason', { legs: [legs[0]] }, '/reason'],
    ['a reason in words', { ...adjustment, reason: 'posted twice' }, '/reason'],
    ['a hold', { ...adjustment, hold: { expires_in_seconds: 900 } }, '/hold'],
  ])('with %s is malformed and stores nothing', async (_, json, pointer) => {
    const before = await server.events();
    const answer = await post('/v1/transfers/adjustments', json);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ pointer }] } });
    expect(await server.events()).toBe(before);
  });
});
