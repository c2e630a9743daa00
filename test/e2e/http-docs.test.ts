/** The documents of the API: valid, complete, and true: every example is sent or compared with what is really said. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { examplesOf, outcomesOf } from '../../src/http/openapi-examples.ts';
import { waits } from '../../src/http/openapi-proposals.ts';
import { FURTHER_REQUESTS } from '../../src/http/openapi-requests.ts';
import { type BoundRoute, bindRoutes, ROUTES } from '../../src/http/routes.ts';
import { FAILURE_CODES, FAILURES, type FailureCode, isFailureCode } from '../../src/kernel/failure.ts';
import { FOUR_EYES_FAILURES } from '../../src/kernel/failure-four-eyes.ts';
import { PROVOKED_BY } from '../../src/ledger/sandbox.ts';
import { enrol, HandClock, sessionOf } from '../support/operators.ts';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';

type Json = Record<string, unknown>;
interface Media {
  readonly schema: Json;
  readonly examples: Record<string, { readonly value: Json }>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Json;
  }[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, { readonly content: Record<string, Media> }>;
}

const operationOf = ({ method, path }: (typeof ROUTES)[number]): Operation =>
  document.paths[path]?.[method.toLowerCase()] as Operation;

const routes = bindRoutes(ROUTES, USE_CASES);
let server: TestServer;
const clock = new HandClock();
/** Of an operator. */
let session: string;
let document: Json & {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
};

beforeAll(async () => {
  server = await startServer({ engine: { clock } });
  session = await sessionOf(server, clock, await enrol(server, clock, 'office', 'admin'));
  document = JSON.parse((await server.send('GET', '/v1/openapi.json')).text);
});
afterAll(() => server.stop());

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );

/** Validates with the published schema alone, not with the one that it was made from. */
function schemaErrors(schema: Json, value: unknown): string | undefined {
  const standalone = JSON.parse(
    JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll(
      '#/components/schemas/',
      '#/$defs/',
    ),
  );
  const parsed = z.fromJSONSchema(standalone).safeParse(value);
  return parsed.success ? undefined : z.prettifyError(parsed.error);
}

describe('the OpenAPI document', () => {
  test('is OpenAPI 3.1 with every route and nothing else', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Bahi', version: '0.0.0-test' } });
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('resolves every reference', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      (match) => match[1] as string,
    );
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      const steps = reference.replace(/^#\//, '').split('/');
      const target = steps.reduce<unknown>((value, step) => (value as Json | undefined)?.[step], document);
      expect({ reference, target: typeof target }).toEqual({ reference, target: 'object' });
    }
  });

  test('declares every parameter of a path, and the idempotency key exactly where one is needed', () => {
    for (const route of routes) {
      const { path, run } = route;
      const { parameters = [], requestBody } = operationOf(route);
      const named = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
      expect(parameters.some(({ name }) => name === 'Idempotency-Key')).toBe(run.kind === 'command');
      expect(requestBody !== undefined).toBe(run.kind !== 'query');
    }
  });

  test('has one example for each outcome of each operation, and each fits its schema', () => {
    for (const route of routes) {
      const { method, path } = route;
      const { responses, requestBody } = operationOf(route);
      const media = Object.values(responses).flatMap(({ content }) => Object.values(content));
      const names = media.flatMap(({ examples }) => Object.keys(examples));
      const streamed = route.run.stream === undefined ? [] : ['stream'];
      const otherMedia = Object.keys(route.run.media ?? {})
        .slice(1)
        .map(() => 'text');
      const shown = Object.keys(FURTHER_REQUESTS[route.useCase] ?? {});
      const provoked = route.useCase in PROVOKED_BY ? ['provoked'] : [];
      const held = waits(route.useCase) ? ['proposed'] : [];
      const all = ['success', ...shown, ...provoked, ...held, ...streamed, ...otherMedia];
      const outcomes = [...all, ...outcomesOf(route)];
      expect(names.sort()).toEqual(outcomes.sort());
      for (const { schema, examples } of [...media, ...Object.values(requestBody?.content ?? {})])
        for (const [name, { value }] of Object.entries(examples))
          expect({ method, path, name, wrong: schemaErrors(schema, value) }).toEqual({
            method,
            path,
            name,
            wrong: undefined,
          });
    }
  });

  test('shows streams whose lines fit the schema of a line, and an answer to each', () => {
    for (const route of routes.filter(({ run }) => run.stream !== undefined)) {
      const { requestBody, responses } = operationOf(route);
      const media = [requestBody?.content, responses['200']?.content].map(
        (content) => content?.['application/x-ndjson'] as Media,
      );
      const [sent = [], answered = []] = media.map(({ examples }) =>
        String(examples['stream']?.value)
          .trimEnd()
          .split('\n')
          .map((line): Json => JSON.parse(line)),
      );
      expect(answered.map(({ status }) => status)).toEqual(['posted', 'refused', 'failed']);
      const wrong = (lines: Json[], { schema }: Media) =>
        lines.map((line) => schemaErrors(schema['x-line-schema'] as Json, line) !== undefined);
      expect(wrong(answered, media[1] as Media)).toEqual([false, false, false]);
      expect(wrong(sent, media[0] as Media)).toEqual([false, false, true]);
    }
  });

  test('says how long a page is when nothing is said', () => {
    const list = document.paths['/v1/accounts']?.['get'];
    const limit = list?.parameters?.find(({ name }) => name === 'limit');
    expect(limit).toMatchObject({
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    });
  });

  test('refuses what the server refuses: the schemas are no decoration', () => {
    const body = document.paths['/v1/transfers']?.['post']?.requestBody?.content['application/json'] as Media;
    const good = body.examples['success']?.value as Json;
    expect(schemaErrors(body.schema, good)).toBeUndefined();
    expect(schemaErrors(body.schema, { ...good, colour: 'blue' })).toBeDefined();
    expect(schemaErrors(body.schema, { ...good, legs: [] })).toBeDefined();
    expect(schemaErrors(body.schema, { ...good, reference: 'free text' })).toBeDefined();
  });

  test('every code that is about a request stands at some operation', () => {
    const documented = new Set(routes.flatMap((route) => outcomesOf(route)));
    const elsewhere: FailureCode[] = [
      'method_not_allowed',
      'live_ledger',
      'group_changed',
      'linked_item_refused',
      'key_not_current',
      'approval_required',
      'name_taken',
    ];
    expect(FAILURE_CODES.filter((code) => !documented.has(code))).toEqual(
      FAILURE_CODES.filter((code) => elsewhere.includes(code)),
    );
  });
});

describe('the requests of the examples, sent to this server', () => {
  let sandbox: number;
  beforeAll(async () => {
    sandbox = await server.test.createLedger('trial', true);
  });

  const answerable = (code: string): boolean =>
    isFailureCode(code) &&
    code !== 'idempotency_key_reused' &&
    code !== 'body_too_large' &&
    code !== 'tree_too_large' &&
    code !== 'request_timeout' &&
    // What only a proposal tells.
    !Object.hasOwn(FOUR_EYES_FAILURES, code) &&
    ['malformed', 'denied'].includes(FAILURES[code].kind);

  /** A key of another network, and one whose only request of the day was malformed. */
  const keysThatAreDenied = async ({ realm, method, path, pathParams }: BoundRoute) => {
    const [run, scopes] =
      realm === 'installation' ? [{ ledgerId: 0 }, ['ledgers:read']] : [{}, ['accounts:read']];
    const made = async (more: object): Promise<string> => {
      const { body } = await server.test.run('key.create', { client: randomUUID(), scopes, ...more }, run);
      return String(body['token']);
    };
    const elsewhere = await made({ networks: ['192.0.2.0/24'] });
    const limited = await made({ rate: '1/d' });
    const address = pathParams.reduce((text, name) => text.replace(`{${name}}`, 'none'), path);
    await server.send(method, `${address}?unknown=1`, { key: limited });
    return { address_not_permitted: elsewhere, rate_limited: limited };
  };

  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s',
    async (_, route) => {
      const installation = route.realm === 'installation';
      const full = installation
        ? await server.apiKey(['ledgers:read'], { ledgerId: 0 })
        : route.useCase.startsWith('clock.')
          ? await server.apiKey(['sandbox:clock'], { ledgerId: sandbox })
          : await server.apiKey(ALL_SCOPES);
      const bare = installation ? full : await server.apiKey(['transfers:unrestricted']);
      const plain = installation ? full : await server.apiKey(['accounts:write']);
      const keys: Record<string, string> = {
        forbidden: bare,
        account_not_permitted: plain,
        ...(await keysThatAreDenied(route)),
      };
      const examples = (await examplesOf(route)).filter(({ name }) => answerable(name));
      expect(examples.length).toBeGreaterThan(2);
      for (const { name, status, request, answer } of examples) {
        // The installation has one scope only: there is no key without it.
        if (name === 'forbidden' && installation) continue;
        // These come once the account is found, and the example's account is not in this ledger.
        const needsAccount = name === 'invalid_cursor' || name === 'bounds_not_permitted';
        if (needsAccount && route.pathParams.length > 0) continue;
        // These take a server that limits sources, and a session that is not fresh any more.
        if (name === 'rate_limited' && route.run.permission === 'anyone') continue;
        if (name === 'reauthentication_required') continue;
        // This comes once the reset is a valid one.
        if (name === 'sign_in_failed' && route.useCase === 'operator.set_password') continue;
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([header, value]) => [
            header,
            value.replace('$BAHI_KEY', keys[name] ?? full).replace('$BAHI_SESSION', session),
          ]),
        );
        const sent = request.body === undefined ? { headers } : { headers, body: request.body };
        const got = await server.send(request.method, request.path, sent);
        expect({ name, status: got.status, body: { ...got.body, request_id: '' } }).toEqual({
          name,
          status,
          body: { ...answer, request_id: '' },
        });
      }
    },
  );
});

describe('the pages', () => {
  test.each(FAILURE_CODES)('%s has a page that says what to do', async (code) => {
    const page = await server.send('GET', `/docs/errors/${code}`);
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.text).toContain(FAILURES[code].title);
    expect(page.text).toContain(String(FAILURES[code].status));
    expect(page.text).toContain(FAILURES[code].advice.split(/['"&<>]/)[0]);
  });

  test('the list of codes links to every page, and knows no other', async () => {
    const { text } = await server.send('GET', '/docs/errors');
    for (const code of FAILURE_CODES) expect(text).toContain(`href="/docs/errors/${code}"`);
    expect(await server.send('GET', '/docs/errors/constructor')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    expect((await server.send('GET', '/docs/errors/%3Cscript%3E')).text).not.toContain('<script>');
  });

  test('the page of the API asks nobody but this server', async () => {
    const page = await server.send('GET', '/docs');
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
    expect(page.text).not.toMatch(/https?:|<script>/);
    const assets = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] as string);
    expect(assets).toContain('/docs/swagger-ui.js');
    for (const path of assets)
      expect({ path, status: (await server.send('GET', path)).status }).toEqual({ path, status: 200 });
  });

  test.each([
    ['/', '/docs'],
    ['/docs/', '/docs'],
    ['/docs/errors/', '/docs/errors'],
  ])('%s leads to %s', async (path, location) => {
    expect(await server.send('GET', path)).toMatchObject({ status: 302, headers: { location } });
  });
});
