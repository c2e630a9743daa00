/**
 * Pages for people: the API by Swagger UI, a page for every code of the failure catalogue, and the OpenAPI document.
 *
 * Everything comes from this server: two files of swagger-ui-dist and one line that starts them, under a content
 * security policy that lets a page ask nobody else.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Context } from 'hono';
import { FAILURES, FailureError, isFailureCode } from '../kernel/failure.ts';
import { type App, type AppEnv, refuseOtherMethods } from './answer.ts';
import { apiPage, errorPage, errorsPage } from './docs-pages.ts';
import { openApi } from './openapi.ts';
import type { BoundRoute } from './routes.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const START = `window.addEventListener('load', () => {
  SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });
});
`;

const ASSETS = {
  '/docs/swagger-ui.css': ['swagger-ui-dist/swagger-ui.css', 'text/css; charset=utf-8'],
  '/docs/swagger-ui.js': ['swagger-ui-dist/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
} as const;

export function addDocs(app: App, routes: readonly BoundRoute[], version: string): void {
  const paths: string[] = [];
  const get = (path: string, answer: (c: Context<AppEnv>) => Response | Promise<Response>): void => {
    app.get(path, (c) => {
      c.set('route', path);
      return answer(c);
    });
    paths.push(path);
  };
  const page = (c: Context<AppEnv>, text: string): Response =>
    c.body(text, 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-cache',
    });

  let document: Promise<string> | undefined;
  get('/v1/openapi.json', async (c) => {
    document ??= openApi(routes, version).then((value) => JSON.stringify(value));
    return c.body(await document, 200, { 'Content-Type': 'application/json' });
  });
  get('/', (c) => c.redirect('/docs'));
  get('/docs/', (c) => c.redirect('/docs'));
  get('/docs', (c) => page(c, apiPage()));
  get('/docs/start.js', (c) => c.body(START, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  const require = createRequire(import.meta.url);
  for (const [path, [file, type]] of Object.entries(ASSETS)) {
    let content: Promise<Buffer<ArrayBuffer>> | undefined;
    get(path, async (c) => {
      content ??= readFile(require.resolve(file));
      return c.body(await content, 200, { 'Content-Type': type, 'Cache-Control': 'max-age=86400' });
    });
  }
  get('/docs/errors/', (c) => c.redirect('/docs/errors'));
  get('/docs/errors', (c) => page(c, errorsPage()));
  get('/docs/errors/:code', (c) => {
    const code = c.req.param('code') ?? '';
    if (!isFailureCode(code)) throw new FailureError('not_found');
    return page(c, errorPage(code, FAILURES[code]));
  });
  for (const path of paths) refuseOtherMethods(app, path, ['GET']);
}
