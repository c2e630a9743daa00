/** Transfers as a stream over a real connection: one a line in, one answer a line out, in order. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { LINE_BYTES_MAX } from '../../src/http/ndjson.ts';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';
import { payment, StreamClient } from '../support/stream-client.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  key = await server.apiKey([...ALL_SCOPES, 'transfers:unrestricted']);
  await server.test.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  for (const code of ['ada', 'ben'])
    await server.test.run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0' });
  await server.test.pay('bank', 'ada', '100.00');
});
afterAll(() => server.stop());

const stream = (headers: Record<string, string> = {}): StreamClient =>
  new StreamClient(server.url, key, headers);
const posted = async (code: string): Promise<string> => {
  const { body } = await server.send('GET', `/v1/accounts?code=${code}`, { key });
  const [account] = body['data'] as { balances: { posted: string } }[];
  return account?.balances.posted ?? '';
};
/** A request whose answer is no stream. */
const refused = (headers: Record<string, string>, body: string | Buffer = '', path = '/v1/transfers/batch') =>
  server.send('POST', path, {
    body,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-ndjson', ...headers },
  });
const statuses = (answers: readonly { readonly status: string }[]) => answers.map(({ status }) => status);
const codes = (answers: readonly { readonly problem?: Readonly<Record<string, unknown>> }[]) =>
  answers.map(({ problem }) => problem?.['code']);

describe('a stream', () => {
  const lines = [
    payment('s1', 'ada', 'ben', '10.00'),
    payment('s2', 'ada', 'ben', '1000.00'),
    payment('s3', 'ada', 'nobody', '1.00'),
    payment('s1', 'ada', 'ben', '11.00'),
    payment('s1', 'ada', 'ben', '10.00'),
    payment('s4', 'ben', 'ada', '4.00'),
  ];

  test('answers every line in order, in the words of a batch', async () => {
    const client = stream();
    const answers = await client.exchange(lines.join(''));
    const response = await client.response;
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'request-id': expect.stringMatching(/^req_/),
      'cache-control': 'no-store',
    });
    expect(answers.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(statuses(answers)).toEqual(['posted', 'refused', 'refused', 'failed', 'posted', 'posted']);
    expect(answers.map(({ replayed }) => replayed)).toEqual([false, false, false, false, true, false]);
    expect(codes(answers).slice(1, 4)).toEqual([
      'floor_breached',
      'account_unknown',
      'idempotency_key_reused',
    ]);
    const { stream: kind } = USE_CASES.find(({ name }) => name === 'transfer.batch') ?? {};
    for (const answer of answers) kind?.result.parse(answer);

    const transfers = lines.map((line) => JSON.parse(line) as object);
    const batch = await server.send('POST', '/v1/transfers/batch', { key, json: { transfers } });
    const ofBatch = batch.body['results'] as Record<string, unknown>[];
    const plain = (result: object) => JSON.parse(JSON.stringify({ ...result, replayed: 0, line: 0 }));
    expect(ofBatch.map(plain).map(({ problem, ...rest }) => ({ ...rest, code: problem?.code }))).toEqual(
      answers.map(plain).map(({ problem, ...rest }) => ({ ...rest, code: problem?.code })),
    );
  });

  test('sent again moves nothing and answers the same', async () => {
    const first = await stream().exchange(lines.join(''));
    const before = [await posted('ada'), await posted('ben')];
    const again = await stream().exchange(lines.join(''));
    const recorded = again.filter(({ status }) => status !== 'failed');
    expect(recorded.every(({ replayed }) => replayed)).toBe(true);
    const kept = (answers: typeof again) =>
      answers.filter(({ status }) => status !== 'failed').map((answer) => ({ ...answer, replayed: true }));
    expect(recorded).toEqual(kept(first));
    expect([await posted('ada'), await posted('ben')]).toEqual(before);
  });

  test('and a batch count each stored answer that they give again', async () => {
    const lines = ['again-1', 'again-2'].map((key) => payment(key, 'bank', 'ada', '1.00'));
    const malformed = 'null\n';
    await stream().exchange(lines.join(''));
    const replays = async (): Promise<number> => {
      const { text } = await server.send('GET', '/metrics');
      return Number(/^bahi_http_replays_total (\d+)$/m.exec(text)?.[1]);
    };
    const before = await replays();
    await stream().exchange(lines.join(malformed));
    expect(await replays()).toBe(before + 2);
    const transfers = [...lines, payment('again-3', 'bank', 'ada', '1.00')].map((line) => JSON.parse(line));
    await server.send('POST', '/v1/transfers/batch', { key, json: { transfers } });
    expect(await replays()).toBe(before + 4);
  });

  test('answers a line before the next one is sent', async () => {
    const client = stream();
    for (let i = 1; i <= 3; i++) {
      await client.send(payment(`turn-${i}`, 'bank', 'ada', '1.00'));
      await client.answered(i);
    }
    client.end();
    expect(await client.ended).toBe(true);
    expect(statuses(client.answers)).toEqual(['posted', 'posted', 'posted']);
  });

  test('has one line in the log, with counts', async () => {
    const answers = await stream().exchange(lines[0] ?? '');
    expect(answers).toHaveLength(1);
    expect(server.lines.at(-1)).toMatchObject({
      route: '/v1/transfers/batch',
      status: 200,
      lines: 1,
      posted: 1,
      refused: 0,
      failed: 0,
      replayed: 1,
    });
  });

  test('without a line has no answer to give', async () => {
    const client = stream();
    expect(await client.exchange('')).toEqual([]);
    expect((await client.response).statusCode).toBe(200);
  });
});

describe('a malformed line', () => {
  const good = payment('m-good', 'bank', 'ada', '1.00').trim();
  const cases: readonly (readonly [string, string | Buffer, string])[] = [
    ['no JSON', '{"idempotency_key":', 'invalid_json'],
    ['two documents', `${good} ${good}`, 'invalid_json'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'invalid_json'],
    ['a key named twice', `{"idempotency_key":"m-2",${good.slice(1)}`, 'duplicate_json_key'],
    ['no key', good.replace('"idempotency_key":"m-good",', ''), 'invalid_request'],
    ['an unknown field', `{"colour":"blue",${good.slice(1)}`, 'invalid_request'],
    ['a number for an amount', good.replace('"1.00"', '1'), 'invalid_request'],
    ['a list', `[${good}]`, 'invalid_request'],
    ['a batch', `{"transfers":[${good}]}`, 'invalid_request'],
    ['the atomic flag', `{"atomic":true,${good.slice(1)}`, 'invalid_request'],
    ['a PAN', good.replace('m-good', 'ABCPE1234F'), 'personal_data'],
  ];

  test('fails alone: nothing is stored for it and the stream goes on', async () => {
    const events = await server.events();
    const bytes = cases.flatMap(([, line]) => [Buffer.from(line as string), Buffer.from('\n')]);
    const answers = await stream().exchange(Buffer.concat([...bytes, Buffer.from(`\r\n\n${good}`)]));
    expect(answers.slice(0, -1).map(({ problem }, i) => [cases[i]?.[0], problem?.['code']])).toEqual(
      cases.map(([name, , code]) => [name, code]),
    );
    expect(answers.slice(0, -1).every((answer) => answer.idempotency_key === undefined)).toBe(true);
    expect(answers.at(-1)).toMatchObject({ line: cases.length + 3, status: 'posted', replayed: false });
    expect(await server.events()).toBe(events + 1);
    expect(JSON.stringify(answers)).not.toContain('ABCPE');
  });

  test('that asks for all or nothing is told where to ask', async () => {
    const [answer] = await stream().exchange(`{"atomic":true,${good.slice(1)}\n`);
    expect(answer?.problem).toMatchObject({
      errors: [{ pointer: '/atomic', message: expect.stringContaining('application/json') }],
    });
  });

  test('that is too long ends the stream, after what came before it', async () => {
    const client = stream();
    await client.send(payment('long-1', 'bank', 'ada', '1.00'));
    await client.answered(1);
    const answers = await client.exchange(
      `${'x'.repeat(LINE_BYTES_MAX + 1)}\n${payment('long-2', 'bank', 'ada', '1.00')}`,
    );
    expect(answers).toMatchObject([
      { line: 1, status: 'posted' },
      { line: 1, status: 'ended', problem: { code: 'body_too_large' } },
    ]);
    expect(String(answers[1]?.problem?.['detail'])).toMatch(/^Line 2 .*Send every line after 1 again/);
    expect(await refused({}, 'x'.repeat(LINE_BYTES_MAX + 1))).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });

  test('may be as long as the limit', async () => {
    const line = payment('long-3', 'bank', 'ada', '1.00').trim().padEnd(LINE_BYTES_MAX, ' ');
    expect(statuses(await stream().exchange(`${line}\n`))).toEqual(['posted']);
  });
});

describe('what concerns the whole request', () => {
  const line = payment('whole-1', 'bank', 'ada', '1.00');

  test.each([
    ['no key', { Authorization: 'Bearer nothing' }, 401, 'unauthenticated'],
    ['another type', { 'Content-Type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['another encoding', { 'Content-Encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['a key for all of it', { 'Idempotency-Key': 'all-1' }, 400, 'invalid_request'],
  ] as const)('%s is a problem, and nothing is stored', async (_, headers, status, code) => {
    const events = await server.events();
    const answer = await refused(headers, line);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(await server.events()).toBe(events);
  });

  test('a key without the scope, a query, and an address that takes no stream are refused', async () => {
    const reader = await server.apiKey(['transfers:read']);
    expect(await refused({ Authorization: `Bearer ${reader}` }, line)).toMatchObject({ status: 403 });
    const atomic = await refused({}, line, '/v1/transfers/batch?atomic=true');
    expect(atomic).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(atomic.text).toContain('atomic batch');
    expect(await refused({ 'Idempotency-Key': 'k' }, line, '/v1/transfers')).toMatchObject({ status: 415 });
  });

  test('what stops a stream that took lines is said after them, though the first of them failed', async () => {
    await stream().exchange(payment('whole-2', 'bank', 'ada', '1.00'));
    const lines = [payment('whole-2', 'bank', 'ada', '2.00'), payment('whole-3', 'bank', 'ada', '1.00')];
    const client = stream();
    const answers = await client.exchange(lines.join('') + 'x'.repeat(LINE_BYTES_MAX + 1));
    expect((await client.response).statusCode).toBe(200);
    expect(statuses(answers)).toEqual(['failed', 'posted', 'ended']);
    expect(codes(answers)).toEqual(['idempotency_key_reused', undefined, 'body_too_large']);
  });

  test('a key that is revoked half-way ends the stream with the line that met it', async () => {
    const token = await server.apiKey(['transfers:write', 'transfers:unrestricted']);
    const client = new StreamClient(server.url, token);
    await client.send(payment('revoked-1', 'bank', 'ada', '1.00'));
    await client.answered(1);
    const list = await server.test.read('key.list');
    const id = (list['data'] as { id: string }[]).at(-1)?.id;
    await server.test.run('key.revoke', { id });
    await client.send(payment('revoked-2', 'bank', 'ada', '1.00'));
    await client.ended;
    expect(statuses(client.answers)).toEqual(['posted', 'failed', 'ended']);
    expect(codes(client.answers)).toEqual([undefined, 'unauthenticated', 'unauthenticated']);
    client.abort();
  });
});
