/** The documentation pages as HTML: written from the failure catalogue, every text escaped by hono/html. */
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { FAILURE_CODES, FAILURES, type FailureCode } from '../kernel/failure.ts';
import type { Failure, FailureKind } from '../kernel/failure-kind.ts';

/** What a kind means for whoever has to react to it. */
const KINDS: Readonly<Record<FailureKind, { readonly heading: string; readonly meaning: string }>> = {
  malformed: {
    heading: 'Malformed',
    meaning: 'The request alone shows it. Nothing was stored; an idempotency key sent with it stays unused.',
  },
  denied: {
    heading: 'Denied',
    meaning: 'Who asks may not. Nothing was stored; an idempotency key sent with it stays unused.',
  },
  refused: {
    heading: 'Refused',
    meaning:
      'The ledger decided against it. The refusal is recorded and final for its idempotency key: the same request gets the same answer for ever.',
  },
  fault: {
    heading: 'Fault',
    meaning: 'The world broke, not the request. Retry with the same idempotency key: it never happens twice.',
  },
};

/** These keys are taken, by another request. */
const KEY_TAKEN: readonly FailureCode[] = ['idempotency_key_reused', 'group_changed'];
const TAKEN = 'Nothing was stored by this request; its idempotency key belongs to an earlier one.';

const meaningOf = (code: FailureCode): string =>
  KEY_TAKEN.includes(code) ? TAKEN : KINDS[FAILURES[code].kind].meaning;

const RETRYABLE: Readonly<Record<FailureKind, string>> = {
  malformed: 'after it is corrected; unchanged it fails again',
  denied: 'with a key that may',
  refused: 'no: final for its key',
  fault: 'yes, unchanged, with the same key',
};

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const page = (title: string, head: Html, body: Html): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`);

const plain = (title: string, body: Html): string =>
  page(
    title,
    html`<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
</style>`,
    body,
  );

export const apiPage = (): string =>
  page(
    'Bahi API',
    html`<link rel="stylesheet" href="/docs/swagger-ui.css">
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start.js"></script>`,
    html`<p><a href="/docs/errors">All error codes</a> · <a href="/v1/openapi.json">OpenAPI 3.1</a></p>
<div id="api"></div>`,
  );

export function errorsPage(): string {
  const kinds = Object.keys(KINDS) as FailureKind[];
  const rows = (kind: FailureKind): Html[] =>
    FAILURE_CODES.filter((code) => FAILURES[code].kind === kind).map(
      (code) =>
        html`<tr><td><a href="/docs/errors/${code}"><code>${code}</code></a></td><td>${FAILURES[code].status}</td><td>${FAILURES[code].title}</td></tr>`,
    );
  const sections = kinds.map(
    (kind) => html`<h2>${KINDS[kind].heading}</h2>
<p>${KINDS[kind].meaning}</p>
<table><tr><th>Code</th><th>Status</th><th>Title</th></tr>${rows(kind)}</table>`,
  );
  return plain(
    'Error codes of Bahi',
    html`<h1>Error codes</h1>
<p>Errors are <code>application/problem+json</code> (RFC 9457): decide by <code>code</code>, read <code>detail</code>, report <code>request_id</code>.</p>
${sections}
<p><a href="/docs">API</a></p>`,
  );
}

export const errorPage = (code: FailureCode, { kind, status, title, advice }: Failure): string =>
  plain(
    `${code}: ${title}`,
    html`<h1><code>${code}</code></h1>
<p>${title}.</p>
<table>
<tr><th>Status</th><td>${status}</td></tr>
<tr><th>Kind</th><td>${KINDS[kind].heading}</td></tr>
<tr><th>What was recorded</th><td>${meaningOf(code)}</td></tr>
<tr><th>Retry</th><td>${RETRYABLE[kind]}</td></tr>
<tr><th>What to do</th><td>${advice}</td></tr>
</table>
<p><a href="/docs/errors">All error codes</a></p>`,
  );
