/** The past of an account over HTTP: moments and periods in a query, statements in two formats, streams that break. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engine/use-case.ts';
import { formatMicros, parseMicros } from '../../src/kernel/clock.ts';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let key: string;
let opened: string;
let paid: string;
/** Pages of statements that are read before one fails; undefined: none does. */
let pagesLeft: number | undefined;

const breakable = (engine: Engine): Engine => {
  const reads = Object.create(engine.reads) as Engine['reads'];
  reads.account = (...asked) => engine.reads.account(...asked);
  reads.accountPeriod = (...asked) => engine.reads.accountPeriod(...asked);
  reads.accountCodes = (...asked) => engine.reads.accountCodes(...asked);
  reads.entries = (...asked) => engine.reads.entries(...asked);
  reads.findApiKey = (...asked) => engine.reads.findApiKey(...asked);
  reads.statementPage = async (...asked) => {
    if (pagesLeft !== undefined && pagesLeft-- <= 0) throw new Error('a page that cannot be read');
    return engine.reads.statementPage(...asked);
  };
  return { ...engine, reads };
};

beforeAll(async () => {
  server = await startServer({ wrap: breakable });
  key = await server.apiKey(ALL_SCOPES);
  const { test: bahi } = server;
  await bahi.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  await bahi.run('account.create', { code: 'ada', kind: 'liability', currency: 'INR' });
  const leg = { debit: 'bank', credit: 'ada', amount: '1', currency: 'INR' };
  for (let i = 0; i < 12; i++) {
    const { body } = await bahi.run('transfer.create', { legs: Array(60).fill(leg), reference: `part-${i}` });
    if (i === 0) opened = String(body['posted_at']);
    paid = String(body['posted_at']);
  }
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  server.send('GET', `/v1/accounts/${path}`, { key, headers });
const posted = { balances: { posted: '60.00' } };

describe('a moment in a query', () => {
  test('is a time at any offset, its plus sign escaped', async () => {
    expect(await get(`ada?at=${opened}`)).toMatchObject({ status: 200, body: posted });
    const india = formatMicros((parseMicros(opened) ?? 0) + 19_800_000_000).replace('Z', '%2B05:30');
    expect(await get(`ada?at=${india}`)).toMatchObject({ status: 200, body: posted });
  });

  test.each([
    ['ada?at=yesterday', '/at', 'use a time of RFC 3339'],
    ['ada?at=2026-04-01', '/at', 'use a time of RFC 3339'],
    ['ada?at=2026-04-01T00:00:00+05:30', '/at', 'in an address, + is written %2B'],
    ['ada?at=2026-02-30T00:00:00Z', '/at', 'use a time of RFC 3339'],
    ['ada?at=2026-04-01T00:00:00.1234567Z', '/at', 'at most six decimals'],
    ['ada?at=2999-01-01T00:00:00Z', '/at', 'or leave at out'],
    ['ada?at=2000-01-01T00:00:00Z&at=2000-01-01T00:00:00Z', '/at', 'send this field once'],
    ['ada/entries?from=x', '/from', 'use a time of RFC 3339'],
    ['ada/entries?from=2026-04-01T00:00:00Z&to=2026-03-01T00:00:00Z', '/to', 'send a time after from'],
    ['ada/statement', '/from', 'this field is required'],
    [
      'ada/statement?from=2026-04-01T00:00:00Z&to=2026-04-01T05:30:00%2B05:30',
      '/to',
      'send a time after from',
    ],
    ['ada/statement?from=2026-04-01T00:00:00Z&to=2999-01-01T00:00:00Z', '/to', 'or leave to out'],
    ['ada/statement?from=2999-01-01T00:00:00Z', '/from', 'this is still to come'],
    ['ada/statement?from=2026-04-01T00:00:00Z&format=pdf', '/format', 'send one of json, csv'],
    ['ada/statement?from=2026-04-01T00:00:00Z&cursor=x', '/cursor', 'this field is not known here'],
  ])('that is wrong is told so: %s', async (path, pointer, said) => {
    const { status, body } = await get(path);
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'invalid_request' });
    expect(body['errors']).toEqual([{ pointer, message: expect.stringContaining(said) }]);
  });

  test('before the account was opened is 404 with the time of its opening; an unknown account is as any', async () => {
    const early = await get('ada?at=2000-01-01T00:00:00Z');
    expect(early).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(early.body['detail']).toMatch(/^The account was opened later, at 20/);
    for (const path of ['nobody?at=2000-01-01T00:00:00Z', 'nobody/statement?from=2000-01-01T00:00:00Z'])
      expect((await get(path)).body['detail']).toMatch(/^Check the address/);
  });
});

describe('a statement', () => {
  const all = 'ada/statement?from=2000-01-01T00:00:00Z';

  test('is JSON unless CSV is asked for, by Accept or by format, which wins', async () => {
    const json = 'application/json';
    const csv = 'text/csv; charset=utf-8';
    for (const [path, accept, type] of [
      [all, undefined, json],
      [all, '*/*', json],
      [all, 'application/xml', json],
      [all, 'text/csv', csv],
      [all, 'text/*', csv],
      [all, 'text/csv;q=0.1, application/json', json],
      [all, 'application/json;q=0.1, text/csv', csv],
      [`${all}&format=csv`, json, csv],
      [`${all}&format=json`, 'text/csv', json],
    ] as const) {
      const { status, headers, text } = await get(path, accept === undefined ? {} : { Accept: accept });
      expect({ path, accept, status, type: headers['content-type'] }).toEqual({
        path,
        accept,
        status: 200,
        type,
      });
      expect(headers).toMatchObject({
        vary: 'Accept',
        'cache-control': 'no-store',
        'transfer-encoding': 'chunked',
      });
      expect(text.startsWith(type === json ? '{"account":' : 'line,at,')).toBe(true);
    }
  });

  test('has its period, all of its entries and both balances', async () => {
    const { body } = await get(`ada/statement?from=${opened}&to=${paid}`);
    expect(body).toMatchObject({
      from: opened,
      to: paid,
      opening: { posted: '0.00' },
      closing: { posted: '660.00' },
    });
    expect(body['entries']).toHaveLength(660);
  });

  test('answers HEAD without a body, and needs the scope of the account', async () => {
    const head = await server.send('HEAD', `/v1/accounts/${all}`, { key });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-type']).toBe('application/json');
    const other = await server.apiKey(['transfers:read']);
    expect(await server.send('GET', `/v1/accounts/${all}`, { key: other })).toMatchObject({ status: 403 });
    expect(await server.send('POST', `/v1/accounts/${all}`, { key })).toMatchObject({ status: 405 });
  });

  test('whose first page fails is a problem; one that breaks later is cut off and never looks whole', async () => {
    pagesLeft = 0;
    expect(await get(all)).toMatchObject({ status: 500, body: { code: 'internal' } });
    pagesLeft = 1;
    await expect(get(all)).rejects.toThrow('aborted');
    pagesLeft = undefined;
    expect(server.lines.filter(({ message }) => message === 'request failed')).toHaveLength(2);
    expect(server.lines).toContainEqual(
      expect.objectContaining({ route: '/v1/accounts/{id}/statement', ended: 'failed' }),
    );
    expect(await get(all)).toMatchObject({ status: 200, body: { closing: { posted: '720.00' } } });
  });
});
