/**
 * For every outcome of an operation one whole request with its whole answer, computed by what really answers: the
 * parser, the authorisation, the schemas, the fold and the failure catalogue.
 */

import { parseInput } from '../engine/parse-input.ts';
import type { Answer, Parts } from '../engine/render.ts';
import { defined } from '../kernel/assert.ts';
import { FAILURES, type FailureCode, FailureError } from '../kernel/failure.ts';
import { formatId, INSTALLATION_LEDGER } from '../kernel/id.ts';
import { authorize } from './authenticate.ts';
import { parseJson, unsupportedType } from './body.ts';
import { idempotencyKeyOf, withPathParams } from './input.ts';
import { exampleLedger } from './openapi-accounts.ts';
import { AUDIT_EXAMPLES, isAudit, refuseUnsigned } from './openapi-audit.ts';
import { FACTOR_EXAMPLES } from './openapi-factors.ts';
import { EXAMPLE_REQUEST_ID, exampleCaller } from './openapi-ledger.ts';
import { OPERATOR_EXAMPLES, type WrittenExample } from './openapi-operators.ts';
import { PROPOSAL_EXAMPLES } from './openapi-proposals.ts';
import {
  EXAMPLE_KEY,
  type ExampleInput,
  FURTHER_REQUESTS,
  MALFORMED_EXCHANGES,
  refusedRequests,
  requestsOf,
  type Shown,
} from './openapi-requests.ts';
import { provokingRequests } from './openapi-sandbox.ts';
import { problemOf } from './problem.ts';
import type { BoundRoute } from './routes.ts';

interface ExampleRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as sent; absent where it would be too long to show. */
  readonly body?: string;
}

export interface Example {
  /** A failure code, `success`, or what else succeeds. */
  readonly name: FailureCode | 'success' | 'provoked' | Shown;
  readonly status: number;
  readonly request: ExampleRequest;
  readonly input: ExampleInput;
  /** The body is one that the schema of the request accepts. */
  readonly wellFormed: boolean;
  readonly answer: Readonly<Record<string, unknown>>;
}

const DENIED = ['unauthenticated', 'address_not_permitted', 'rate_limited', 'forbidden'] as const;
/** Networks and rates are of API keys. */
const DENIED_OPERATORS = ['unauthenticated', 'forbidden'] as const;
const BODY = ['unsupported_media_type', 'body_too_large', 'invalid_json', 'duplicate_json_key'] as const;
const KEY = ['idempotency_key_missing', 'idempotency_key_invalid', 'idempotency_key_reused'] as const;
const POSTING = ['overloaded', 'storage_full', 'outcome_unknown', 'ledger_halted', 'shutting_down'] as const;

const WRITTEN_EXAMPLES: Readonly<Record<string, WrittenExample>> = {
  ...OPERATOR_EXAMPLES,
  ...FACTOR_EXAMPLES,
  ...PROPOSAL_EXAMPLES,
  ...AUDIT_EXAMPLES,
};

/** Of an approval and of a rejection. */
const DECIDED = ['proposal_decided', 'proposal_expired'] as const;
const APPROVAL = ['own_proposal', 'proposer_not_active', 'proposal_hash_mismatch', ...DECIDED] as const;

const EXCHANGE = Object.keys(MALFORMED_EXCHANGES) as (keyof typeof MALFORMED_EXCHANGES)[];

/** Queries with a text of the client's own choosing. */
const TAKES_TOKENS = ['transfer.list', 'account.list', 'account.tree', 'account.children'];

const ofTree = (useCase: string): boolean => useCase === 'account.tree' || useCase === 'account.children';

/** Both factors, or the second one. */
const TAKES_FACTORS = [
  'operator.sign_in',
  'operator.set_password',
  'session.renew',
  'operator.change_factors',
];

/** Every code that an operation may answer with. Refusals of a batch stand in its 200, item by item. */
export function outcomesOf(route: BoundRoute): FailureCode[] {
  const { pathParams, refusals, useCase, realm } = route;
  const { kind, stream, media } = route.run;
  const { shape } = route.input;
  if (realm === 'operator' && kind === 'once') return outcomesOfOnce(route);
  const mayBeMissing = pathParams.includes('id') ? (['not_found'] as const) : [];
  const takesCursor = 'cursor' in shape;
  if (kind === 'query')
    return [
      ...(realm === 'operator' ? DENIED_OPERATORS : DENIED),
      'invalid_request',
      // Texts of a client's own choosing are tokens; an owner is a UUID.
      ...(TAKES_TOKENS.includes(useCase) ? (['personal_data'] as const) : []),
      ...(takesCursor ? (['invalid_cursor'] as const) : []),
      ...mayBeMissing,
      ...(ofTree(useCase) ? (['not_found', 'tree_too_large'] as const) : []),
      ...(isAudit(useCase) ? (['not_found'] as const) : []),
      ...(media === undefined ? [] : (['overloaded'] as const)),
      'database_unavailable',
      'internal',
    ];
  return [
    ...DENIED,
    ...(useCase === 'account.create' ? (['account_not_permitted'] as const) : []),
    ...(useCase === 'account.update' ? (['bounds_not_permitted'] as const) : []),
    ...(useCase === 'proposal.approve' ? APPROVAL : useCase === 'proposal.reject' ? DECIDED : []),
    ...(kind === 'command' ? KEY : []),
    ...BODY,
    ...(stream === undefined ? [] : (['request_timeout'] as const)),
    'invalid_request',
    ...(kind === 'once' && !('label' in shape) ? [] : (['personal_data'] as const)),
    ...(useCase === 'transfer.create' ? EXCHANGE : []),
    ...mayBeMissing,
    ...refusals,
    'database_unavailable',
    ...POSTING,
    'internal',
  ];
}

/** Of what makes or ends a session. */
function outcomesOfOnce({ useCase, pathParams, run: { permission, fresh } }: BoundRoute): FailureCode[] {
  const isOpen = permission === 'anyone';
  return [
    ...(isOpen ? (['rate_limited'] as const) : DENIED_OPERATORS),
    ...(fresh ? (['reauthentication_required'] as const) : []),
    ...(isOpen ? (['personal_data'] as const) : []),
    ...(TAKES_FACTORS.includes(useCase) ? (['sign_in_failed'] as const) : []),
    ...(isOpen && useCase !== 'operator.sign_in' ? (['invitation_invalid'] as const) : []),
    ...(pathParams.length > 0 ? (['not_found'] as const) : []),
    ...BODY,
    'invalid_request',
    'database_unavailable',
    ...POSTING,
    'internal',
  ];
}

export async function examplesOf(route: BoundRoute): Promise<Example[]> {
  const ledger = exampleLedger();
  const { ledgerId } = exampleCaller;
  const ids = idsOf(ledger);
  const written = WRITTEN_EXAMPLES[route.useCase];
  const success = written?.input ?? requestsOf(ids)[route.useCase] ?? {};
  const flat = flatten(success);
  const realm = route.realm === 'installation' ? INSTALLATION_LEDGER : ledgerId;
  const { status, body } = written
    ? { status: written.status, body: written.answer }
    : await wholeAnswer(ledger.run(route.run, flat, EXAMPLE_KEY, realm));
  const examples: Example[] = [
    {
      name: 'success',
      status,
      request: requestOf(route, success),
      input: success,
      wellFormed: true,
      answer: body,
    },
  ];
  for (const [name, input] of Object.entries(FURTHER_REQUESTS[route.useCase] ?? {}))
    examples.push(await answeredBy(route, name as Shown, input));
  for (const [useCase, input] of Object.entries(provokingRequests(ids)))
    if (useCase === route.useCase) examples.push(await answeredBy(route, 'provoked', input));
  const refused = refusedRequests(ids)[route.useCase] ?? {};
  for (const name of outcomesOf(route)) {
    const input = refused[name as keyof typeof refused];
    examples.push(input ? await answeredBy(route, name, input) : failure(route, name, success));
  }
  return examples;
}

async function wholeAnswer(running: Promise<Answer>): Promise<Pick<Answer, 'status' | 'body'>> {
  const { status, parts, body } = await running;
  return { status, body: parts ? JSON.parse(await wholeText(parts)) : body };
}

const idsOf = (ledger: ReturnType<typeof exampleLedger>) => ({
  account: formatId('acc', exampleCaller.ledgerId, ledger.numberOf('savings-7f3a')),
  transfer: formatId('trf', exampleCaller.ledgerId, ledger.head),
  holds: defined(ledger.holds, 'the holds of the examples'),
  reversals: defined(ledger.reversals, 'the reversals of the examples'),
  schedules: defined(ledger.schedules, 'the schedules of the examples'),
  limited: formatId('acc', exampleCaller.ledgerId, ledger.numberOf('savings-4c05')),
  pool: ledger.pools.id('household-4c05'),
  crowdedPool: ledger.pools.id('crowded'),
  period: formatId('per', exampleCaller.ledgerId, ledger.periods.newest),
});

async function wholeText({ text }: Parts): Promise<string> {
  let whole = '';
  for await (const part of text) whole += part;
  return whole;
}

/** What succeeds, in the formats that are no JSON: the text by media type. */
export async function otherMediaOf(route: BoundRoute): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const [format, mediaType] of Object.entries(route.run.media ?? {}).slice(1)) {
    const ledger = exampleLedger();
    const input = { ...flatten(requestsOf(idsOf(ledger))[route.useCase] ?? {}), format };
    const { parts } = await ledger.run(route.run, input, EXAMPLE_KEY);
    texts[mediaType] = await wholeText(defined(parts, 'what has media types answers in parts'));
  }
  return texts;
}

const flatten = ({ params = {}, query = {}, body = {} }: ExampleInput) => ({ ...query, ...body, ...params });

/** The answer of a ledger that nothing else has happened in, but what was sent first. */
async function answeredBy(route: BoundRoute, name: Example['name'], input: ExampleInput): Promise<Example> {
  const ledger = exampleLedger();
  if (name === 'provoked') ledger.makeSandbox();
  if (input.first) await ledger.run(route.run, flatten(input.first), 'first');
  const { status, body } = await ledger.run(route.run, flatten(input), EXAMPLE_KEY);
  return { name, status, request: requestOf(route, input), input, wellFormed: true, answer: body };
}

/** The request that succeeds, spoilt in the one way that the code is about. */
function failure(route: BoundRoute, name: FailureCode, success: ExampleInput): Example {
  const { request, input, provoke } = spoil(route, name, success);
  const { status, body } = problemOf(caught(provoke, name), EXAMPLE_REQUEST_ID);
  const wellFormed = FAILURES[name].kind !== 'malformed' || route.run.kind === 'query';
  return { name, status, request, input, wellFormed, answer: body };
}

function caught(provoke: () => unknown, name: FailureCode): FailureError {
  try {
    provoke();
  } catch (error) {
    if (error instanceof FailureError && error.code === name) return error;
    throw error;
  }
  return new FailureError(name);
}

interface Spoilt {
  readonly request: ExampleRequest;
  readonly input: ExampleInput;
  /** Fails as the server would; where it does not, the catalogue's own text is the answer. */
  readonly provoke: () => unknown;
}

function spoil(route: BoundRoute, name: FailureCode, input: ExampleInput): Spoilt {
  const request = requestOf(route, input);
  const as = (change: Partial<ExampleRequest>, provoke: () => unknown = () => undefined): Spoilt => ({
    request: { ...request, ...change },
    input,
    provoke,
  });
  const withInput = (changed: ExampleInput): Spoilt => ({
    request: requestOf(route, changed),
    input: changed,
    provoke: () =>
      parseInput(route.input, withPathParams({ ...changed.query, ...changed.body }, changed.params ?? {})),
  });
  const without = (header: string): Record<string, string> =>
    Object.fromEntries(Object.entries(request.headers).filter(([each]) => each !== header));
  const text = request.body ?? '';
  switch (name) {
    case 'unauthenticated':
      return as({ headers: without('Authorization') });
    case 'forbidden':
      return as({ headers: { ...request.headers, ...KEY_HEADER } }, () => {
        const own = route.realm === 'installation' ? INSTALLATION_LEDGER : exampleCaller.ledgerId;
        authorize({ ...exampleCaller, ledgerId: own, scopes: [] }, route.realm, route.run.permission);
      });
    case 'account_not_permitted':
    case 'bounds_not_permitted':
      return { ...withInput({ ...input, body: { ...input.body, floor: null } }), provoke: () => undefined };
    case 'rate_invalid':
    case 'same_currency':
    case 'exchange_out_of_range':
      return withInput(MALFORMED_EXCHANGES[name]);
    case 'unsupported_media_type':
      return as({ headers: { ...request.headers, 'Content-Type': 'text/plain' } }, () => {
        throw unsupportedType(route.run.stream !== undefined);
      });
    case 'body_too_large': {
      const { body: _, ...rest } = request;
      const headers = { ...request.headers, 'Content-Length': String(route.bodyBytesMax + 1) };
      return { ...as({}), request: { ...rest, headers } };
    }
    case 'invalid_json':
      return as({ body: text.slice(0, -1) }, () => parseJson(Buffer.from(text.slice(0, -1))));
    case 'duplicate_json_key': {
      // An empty body has no key to name twice.
      const once = text === '{}' ? '{"note":""}' : text;
      const twice = `${once.slice(0, -1)},${once.slice(1)}`;
      return as({ body: twice }, () => parseJson(Buffer.from(twice)));
    }
    case 'idempotency_key_missing':
      return as({ headers: without('Idempotency-Key') }, () => idempotencyKeyOf(undefined));
    case 'idempotency_key_invalid': {
      const headers = { ...request.headers, 'Idempotency-Key': 'two keys' };
      return as({ headers }, () => idempotencyKeyOf('two keys'));
    }
    case 'invalid_request':
      return route.run.kind === 'query'
        ? withInput({ ...input, query: { ...input.query, colour: 'blue' } })
        : withInput({ ...input, body: { ...input.body, colour: 'blue' } });
    case 'personal_data':
      return personal(route, input, as, withInput, request);
    case 'invalid_cursor':
      return {
        ...withInput({ ...input, query: { ...input.query, cursor: 'stale' } }),
        provoke: () => undefined,
      };
    case 'not_found': {
      if (isAudit(route.useCase)) return as({}, refuseUnsigned);
      if (ofTree(route.useCase))
        return { ...withInput({ query: { under: 'assets:none' } }), provoke: () => undefined };
      const [prefix = ''] = (input.params?.['id'] ?? '').split('_');
      const id = `${prefix}_0000000000000001`;
      return { ...withInput({ ...input, params: { ...input.params, id } }), provoke: () => undefined };
    }
    default:
      return as({});
  }
}

/** Something with the shape of a PAN, where this operation takes a text of the client's choosing. */
function personal(
  route: BoundRoute,
  input: ExampleInput,
  as: (change: Partial<ExampleRequest>, provoke: () => unknown) => Spoilt,
  withInput: (changed: ExampleInput) => Spoilt,
  request: ExampleRequest,
): Spoilt {
  const shape = 'ABCPE1234F';
  if (route.useCase === 'transfer.list') return withInput({ ...input, query: { reference: shape } });
  if (ofTree(route.useCase)) return withInput({ ...input, query: { under: shape } });
  if (route.useCase === 'account.list') return withInput({ ...input, query: { code: shape } });
  if (route.run.kind === 'once') {
    const field = 'label' in route.input.shape ? 'label' : 'name';
    return withInput({ ...input, body: { ...input.body, [field]: shape } });
  }
  if (route.run.kind === 'batch') {
    const [first, ...others] = (input.body?.['transfers'] ?? []) as object[];
    return withInput({ body: { ...input.body, transfers: [{ ...first, reference: shape }, ...others] } });
  }
  const headers = { ...request.headers, 'Idempotency-Key': shape };
  return as({ headers }, () => idempotencyKeyOf(shape));
}

const KEY_HEADER = { Authorization: 'Bearer $BAHI_KEY' };
const SESSION_HEADER = { Authorization: 'Bearer $BAHI_SESSION' };

function requestOf(
  { method, path, realm, run: { kind, permission } }: BoundRoute,
  { params, query, body }: ExampleInput,
): ExampleRequest {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return {
    method,
    path: search === '' ? filled : `${filled}?${search}`,
    headers: {
      ...(permission === 'anyone' ? {} : realm === 'operator' ? SESSION_HEADER : KEY_HEADER),
      ...(kind === 'command' ? { 'Idempotency-Key': EXAMPLE_KEY } : {}),
      ...(kind === 'query' ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(kind === 'query' ? {} : { body: JSON.stringify(body ?? {}) }),
  };
}
