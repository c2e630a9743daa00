/** The table of routes: nothing is served that is no use case, and nothing changes by GET. */

import type { IncomingMessage } from 'node:http';
import { BlockList } from 'node:net';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createAccount } from '../../src/engine/accounts/create-account.ts';
import type { Engine, UseCase } from '../../src/engine/use-case.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { createApp } from '../../src/http/app.ts';
import { originOf } from '../../src/http/forwarded.ts';
import { exampleLedger } from '../../src/http/openapi-accounts.ts';
import { bindRoutes, honoPath, ROUTES } from '../../src/http/routes.ts';

const engine: Engine = exampleLedger().engine;
const log = { info: () => {}, error: () => {} };
const withoutUseCase = (name: string): UseCase[] => USE_CASES.filter((useCase) => useCase.name !== name);

describe('the table of routes', () => {
  test('serves every use case that is not for the command line alone', () => {
    const open = USE_CASES.filter(({ permission }) => permission !== 'shell').map(({ name }) => name);
    expect(ROUTES.map(({ useCase }) => useCase).sort()).toEqual(open.sort());
  });

  test('has each method of each path once', () => {
    const all = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(all).size).toBe(all.length);
  });

  test('is refused where a route has no use case', () => {
    expect(() => bindRoutes(ROUTES, withoutUseCase('transfer.create'))).toThrow(
      'POST /v1/transfers has a use case',
    );
  });

  test('is refused where a GET changes something or a change only reads', () => {
    const route = { ...ROUTES[0], method: 'GET' } as (typeof ROUTES)[0];
    expect(() => bindRoutes([route], USE_CASES)).toThrow('exactly if it is no GET');
    const list = ROUTES.find(({ useCase }) => useCase === 'account.list') as (typeof ROUTES)[0];
    expect(() => bindRoutes([{ ...list, method: 'POST' }], USE_CASES)).toThrow('exactly if it is no GET');
  });

  test('is refused where it opens the command line to the network', () => {
    const route = { ...ROUTES[0], useCase: 'key.create' } as (typeof ROUTES)[0];
    expect(() => bindRoutes([route], USE_CASES)).toThrow('not for the command line alone');
  });

  test('is refused where the input does not know a parameter of the path', () => {
    const [first] = ROUTES;
    const blind = { ...createAccount, input: z.strictObject({}) } as unknown as UseCase;
    const route = { ...first, path: '/v1/accounts/{id}', useCase: blind.name } as (typeof ROUTES)[0];
    expect(() => bindRoutes([route], [blind])).toThrow('has id');
  });

  test('is all of the application that takes a change', () => {
    const app = createApp({ engine, useCases: USE_CASES, log, version: '0' });
    const changing = app.routes.filter(({ method }) => method !== 'GET' && method !== 'ALL');
    const expected = ROUTES.filter(({ method }) => method !== 'GET').map(
      ({ method, path }) => `${method} ${honoPath(path)}`,
    );
    expect(changing.map(({ method, path }) => `${method} ${path}`)).toEqual(expected);
  });
});

describe('where a request comes from', () => {
  const trusted = new BlockList();
  trusted.addSubnet('10.0.0.0', 8, 'ipv4');
  const from = (remoteAddress: string, headers: Record<string, string> = {}, encrypted = false) =>
    originOf({ socket: { remoteAddress, encrypted }, headers } as unknown as IncomingMessage, trusted);

  test('a proxy that is trusted names the client, the nearest that is no proxy', () => {
    expect(
      from('10.0.0.1', { 'x-forwarded-for': '1.1.1.1, 203.0.113.9, 10.0.0.2', 'x-forwarded-proto': 'https' }),
    ).toEqual({
      address: '203.0.113.9',
      secure: true,
    });
    expect(from('::ffff:10.0.0.1', { 'x-forwarded-for': '2001:db8::1' })).toEqual({
      address: '2001:db8::1',
      secure: false,
    });
    expect(from('10.0.0.1', { 'x-forwarded-for': 'somebody' }).address).toBeUndefined();
    expect(from('10.0.0.1').address).toBeUndefined();
  });

  test('anybody else names nobody', () => {
    const forged = { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' };
    expect(from('203.0.113.9', forged)).toEqual({ address: undefined, secure: false });
    expect(from('203.0.113.9')).toEqual({ address: '203.0.113.9', secure: false });
    expect(from('203.0.113.9', {}, true).secure).toBe(true);
  });
});
