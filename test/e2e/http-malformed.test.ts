/**
 * What the request alone shows to be wrong: 4xx with advice, nothing stored, and the key stays unused, so that the
 * corrected request under the same key goes through.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SCOPES, type Sent, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let key: string;
let keys = 0;

beforeAll(async () => {
  server = await startServer();
  key = await server.apiKey([...ALL_SCOPES, 'transfers:unrestricted']);
  await server.test.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  await server.test.run('account.create', { code: 'ada', kind: 'liability', currency: 'INR' });
});
afterAll(() => server.stop());

const leg = (more: object = {}) => ({
  debit: 'bank',
  credit: 'ada',
  amount: '1.00',
  currency: 'INR',
  ...more,
});
const transfer = (more: object = {}) => ({ legs: [leg()], ...more });
const text = (more: object = {}): string => JSON.stringify(transfer(more));
const amount = (value: unknown): Sent => ({ json: { legs: [leg({ amount: value })] } });

type Case = [what: string, sent: Sent, status: number, code: string, pointer?: string];

const MALFORMED: Case[] = [
  ['three decimals of a rupee', amount('1.001'), 400, 'invalid_request', '/legs/0/amount'],
  ['zero', amount('0.00'), 400, 'invalid_request', '/legs/0/amount'],
  ['a negative amount', amount('-1.00'), 400, 'invalid_request', '/legs/0/amount'],
  ['one paisa over the limit', amount('10000000000000.01'), 400, 'invalid_request', '/legs/0/amount'],
  ['an amount beyond all digits', amount('9'.repeat(40)), 400, 'invalid_request', '/legs/0/amount'],
  ['an amount as a JSON number', amount(1.5), 400, 'invalid_request', '/legs/0/amount'],
  ['exponent form', amount('1e3'), 400, 'invalid_request', '/legs/0/amount'],
  ['a plus sign', amount('+1.00'), 400, 'invalid_request', '/legs/0/amount'],
  ['grouping', amount('1,000.00'), 400, 'invalid_request', '/legs/0/amount'],
  ['a leading zero', amount('01.00'), 400, 'invalid_request', '/legs/0/amount'],
  ['a point without decimals', amount('1.'), 400, 'invalid_request', '/legs/0/amount'],
  ['digits of another script', amount('१.00'), 400, 'invalid_request', '/legs/0/amount'],
  ['an amount null', amount(null), 400, 'invalid_request', '/legs/0/amount'],
  [
    'no amount',
    { json: { legs: [{ debit: 'bank', credit: 'ada', currency: 'INR' }] } },
    400,
    'invalid_request',
    '/legs/0/amount',
  ],
  [
    'a currency that is none',
    { json: { legs: [leg({ currency: 'XXX' })] } },
    400,
    'invalid_request',
    '/legs/0/currency',
  ],
  [
    'a currency in small letters',
    { json: { legs: [leg({ currency: 'inr' })] } },
    400,
    'invalid_request',
    '/legs/0/currency',
  ],
  ['no legs', { json: { legs: [] } }, 400, 'invalid_request', '/legs'],
  ['101 legs', { json: { legs: Array.from({ length: 101 }, () => leg()) } }, 400, 'invalid_request', '/legs'],
  ['an unknown field', { json: transfer({ currency: 'INR' }) }, 400, 'invalid_request', '/currency'],
  [
    'an unknown field in a leg',
    { json: { legs: [leg({ 'a/b~c': 1 })] } },
    400,
    'invalid_request',
    '/legs/0/a~1b~0c',
  ],
  ['a field __proto__', { body: '{"legs":[],"__proto__":{"a":1}}' }, 400, 'invalid_request', ''],
  [
    'metadata named __proto__',
    { body: `${text().slice(0, -1)},"metadata":{"__proto__":"a"}}` },
    400,
    'invalid_request',
    '',
  ],
  ['a field constructor', { json: transfer({ constructor: 'x' }) }, 400, 'invalid_request', '/constructor'],
  ['a lone surrogate', { body: `{"legs":[],"reference":"\\ud800"}` }, 400, 'invalid_request', '/reference'],
  ['a NUL character', { json: transfer({ reference: 'a\0b' }) }, 400, 'invalid_request', '/reference'],
  [
    'free text as a reference',
    { json: transfer({ reference: 'rent for May' }) },
    400,
    'invalid_request',
    '/reference',
  ],
  [
    'a PAN as a reference',
    { json: transfer({ reference: 'ABCPE1234F' }) },
    400,
    'personal_data',
    '/reference',
  ],
  [
    'an Aadhaar number in metadata',
    { json: transfer({ metadata: { a: '2345-6789-0123' } }) },
    400,
    'personal_data',
    '/metadata/a',
  ],
  [
    'a mobile number as the name of metadata',
    { json: transfer({ metadata: { '9876543210': 'a' } }) },
    400,
    'personal_data',
  ],
  [
    'metadata without end',
    {
      json: transfer({
        metadata: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`name-${i}`, 'v'.repeat(60)])),
      }),
    },
    400,
    'invalid_request',
    '/metadata',
  ],
  ['an array', { json: [transfer()] }, 400, 'invalid_request', ''],
  ['null', { json: null }, 400, 'invalid_request', ''],
  ['an empty body', { body: '', headers: { 'Content-Type': 'application/json' } }, 400, 'invalid_json'],
  ['half a document', { body: text().slice(0, -1) }, 400, 'invalid_json'],
  ['two documents', { body: `${text()}${text()}` }, 400, 'invalid_json'],
  ['NaN', { body: '{"legs":NaN}' }, 400, 'invalid_json'],
  ['a key named twice', { body: `${text().slice(0, -1)},"legs":[]}` }, 400, 'duplicate_json_key'],
  [
    'a key named twice behind an escape',
    { body: text().replace('"amount"', '"\\u0061mount":"9.00","amount"') },
    400,
    'invalid_request',
    '',
  ],
  [
    'bytes that are no UTF-8',
    {
      body: Buffer.concat([Buffer.from('{"legs":[],"reference":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    },
    400,
    'invalid_json',
  ],
  ['UTF-16', { body: Buffer.from(text(), 'utf16le') }, 400, 'invalid_json'],
  [
    'deep nesting',
    { body: `{"legs":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
    400,
    'invalid_request',
    '',
  ],
  ['a megabyte and a byte', { body: Buffer.alloc(1024 * 1024 + 1, 0x20) }, 413, 'body_too_large'],
  [
    'the same in chunks without a length',
    { body: Array.from({ length: 17 }, () => Buffer.alloc(64 * 1024, 0x20)) },
    413,
    'body_too_large',
  ],
  ['no content type', { body: text(), headers: { 'Content-Type': [] } }, 415, 'unsupported_media_type'],
  [
    'a form',
    { body: 'legs=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    415,
    'unsupported_media_type',
  ],
  [
    'another charset',
    { body: text(), headers: { 'Content-Type': 'application/json; charset=latin1' } },
    415,
    'unsupported_media_type',
  ],
  [
    'two content types',
    { body: text(), headers: { 'Content-Type': ['application/json', 'text/plain'] } },
    415,
    'unsupported_media_type',
  ],
  [
    'a type that begins like JSON',
    { body: text(), headers: { 'Content-Type': 'application/json5' } },
    415,
    'unsupported_media_type',
  ],
  [
    'a compressed body',
    { body: text(), headers: { 'Content-Encoding': 'gzip' } },
    415,
    'unsupported_media_type',
  ],
];

describe('a malformed transfer is refused, stores nothing and leaves its key unused', () => {
  test.each(MALFORMED)('%s', async (_, sent, status, code, pointer) => {
    const idempotencyKey = `malformed-${++keys}`;
    const before = await server.events();
    const refused = await server.send('POST', '/v1/transfers', { key, idempotencyKey, ...sent });
    expect(refused).toMatchObject({ status, body: { code, status, type: `/docs/errors/${code}` } });
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(refused.body['request_id']).toBe(refused.headers['request-id']);
    const errors = (refused.body['errors'] ?? []) as { pointer: string; message: string }[];
    if (pointer !== undefined) expect(errors.map((error) => error.pointer)).toContain(pointer);
    for (const { message } of errors) expect(message).not.toMatch(/Invalid|Unrecognized/);
    expect(await server.events()).toBe(before);

    const corrected = await server.send('POST', '/v1/transfers', { key, idempotencyKey, json: transfer() });
    expect(corrected).toMatchObject({ status: 201, body: { status: 'posted' } });
    expect(corrected.headers['idempotent-replayed']).toBeUndefined();
  });
});

describe('the idempotency key', () => {
  test.each([
    ['is missing', {}, 'idempotency_key_missing'],
    ['is empty', { 'Idempotency-Key': '' }, 'idempotency_key_missing'],
    ['is too long', { 'Idempotency-Key': 'k'.repeat(65) }, 'idempotency_key_invalid'],
    ['has a space', { 'Idempotency-Key': 'a b' }, 'idempotency_key_invalid'],
    ['is quoted', { 'Idempotency-Key': '"a"' }, 'idempotency_key_invalid'],
    ['comes twice', { 'Idempotency-Key': ['one', 'two'] }, 'idempotency_key_invalid'],
    ['comes twice and is the same', { 'Idempotency-Key': ['one', 'one'] }, 'idempotency_key_invalid'],
    ['has the shape of a PAN', { 'Idempotency-Key': 'ABCPE1234F' }, 'personal_data'],
  ])('that %s is refused', async (_, headers, code) => {
    const before = await server.events();
    const refused = await server.send('POST', '/v1/transfers', { key, json: transfer(), headers });
    expect(refused).toMatchObject({ status: 400, body: { code } });
    expect(await server.events()).toBe(before);
  });
});

describe('the address', () => {
  test('of a change takes no query', async () => {
    const sent = { key, idempotencyKey: 'query-1', json: transfer() };
    expect(await server.send('POST', '/v1/transfers?dry_run=true', sent)).toMatchObject({ status: 400 });
  });

  test('of a list refuses unknown and doubled fields', async () => {
    const code = 'invalid_request';
    expect(await server.send('GET', '/v1/accounts?colour=blue', { key })).toMatchObject({
      status: 400,
      body: { code, errors: [{ pointer: '/colour' }] },
    });
    expect(await server.send('GET', '/v1/accounts?limit=1&limit=2', { key })).toMatchObject({
      status: 400,
      body: { code, errors: [{ pointer: '/limit' }] },
    });
    expect(await server.send('GET', '/v1/transfers?colour=blue', { key })).toMatchObject({
      status: 400,
      body: { code },
    });
    for (const limit of ['101', '0', '1e1', '%2B5', '05'])
      expect(await server.send('GET', `/v1/accounts?limit=${limit}`, { key })).toMatchObject({
        status: 400,
        body: { code, errors: [{ pointer: '/limit' }] },
      });
    expect(await server.send('GET', '/v1/accounts?limit=5', { key })).toMatchObject({ status: 200 });
    expect(await server.send('GET', '/v1/accounts?cursor=abc', { key })).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });

  test('of a thing is named in the path alone', async () => {
    const sent = { key, idempotencyKey: 'path-1', json: { id: 'ada', debits_frozen: true } };
    expect(await server.send('PATCH', '/v1/accounts/ada', sent)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '/id' }] },
    });
    expect(await server.send('GET', '/v1/accounts/ada?id=bank', { key })).toMatchObject({ status: 400 });
  });
});

test('a batch is refused as a whole when one of its transfers is malformed', async () => {
  const item = (idempotency_key: string, more: object = {}) => ({ idempotency_key, ...transfer(more) });
  const before = await server.events();
  const refused = await server.send('POST', '/v1/transfers/batch', {
    key,
    json: { transfers: [item('batch-1'), item('batch-2', { legs: [leg({ amount: 5 })] })] },
  });
  expect(refused).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/transfers/1/legs/0/amount' }] },
  });
  expect(await server.events()).toBe(before);
  const corrected = await server.send('POST', '/v1/transfers/batch', {
    key,
    json: { transfers: [item('batch-1'), item('batch-2')] },
  });
  expect(corrected).toMatchObject({ status: 200, body: { posted: 2, refused: 0, failed: 0 } });
});

test('a batch that is wrong in every leg is told its first errors, or that it has too many legs', async () => {
  const send = async (transfers: number) => {
    const legs = Array.from({ length: 100 }, () => ({}));
    const json = { transfers: Array.from({ length: transfers }, () => ({ legs })) };
    const { status, body } = await server.send('POST', '/v1/transfers/batch', { key, json });
    expect(status).toBe(400);
    return body['errors'] as { pointer: string; message: string }[];
  };
  // The first transfer has a hundred wrong legs, and zod was stopped at the first of them.
  const first = await send(100);
  expect(first.map(({ pointer }) => pointer)).toEqual(['/transfers/0/legs/0/debit']);
  expect(await send(400)).toEqual([{ pointer: '/transfers', message: 'a batch has at most 10000 legs' }]);
});

test('a batch with more names of metadata than fit is refused before they are looked at', async () => {
  const metadata = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`!${i}`, 1]));
  const json = { transfers: [{ idempotency_key: 'names', ...transfer(), metadata }] };
  const { status, body } = await server.send('POST', '/v1/transfers/batch', { key, json });
  expect({ status, errors: body['errors'] }).toEqual({
    status: 400,
    errors: [{ pointer: '/transfers/0/metadata', message: 'metadata may take 1024 bytes' }],
  });
});

test('a batch takes no key of its own: each item has one', async () => {
  const before = await server.events();
  const json = { transfers: [{ idempotency_key: 'batch-3', ...transfer() }] };
  const path = '/v1/transfers/batch';
  expect(await server.send('POST', path, { key, idempotencyKey: 'batch-of-1', json })).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: [{ pointer: 'Idempotency-Key' }] },
  });
  expect(await server.events()).toBe(before);
  expect(await server.send('POST', path, { key, json })).toMatchObject({ status: 200, body: { posted: 1 } });
});

test('a body may be as large as the limit', async () => {
  const json = text();
  const body = Buffer.from(json.padEnd(1024 * 1024, ' '));
  const answer = await server.send('POST', '/v1/transfers', { key, idempotencyKey: 'large-1', body });
  expect(answer.status).toBe(201);
});
