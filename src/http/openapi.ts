/**
 * The OpenAPI 3.1 document, generated from the routes, the schemas that validate and the failure catalogue. Nothing in
 * it is written twice; what an operation may answer comes with one example each (openapi-examples.ts).
 */
import { problem } from '../engine/problem.ts';
import { proposed } from '../engine/proposals/proposal-view.ts';
import type { StreamKind } from '../engine/use-case.ts';
import { FAILURES, type FailureCode, isFailureCode } from '../kernel/failure.ts';
import { TOKEN_PATTERN } from '../kernel/text.ts';
import { type Example, examplesOf, otherMediaOf } from './openapi-examples.ts';
import { LEDGER_PARAMETER, needs } from './openapi-operators.ts';
import { PROPOSED_EXAMPLE, waits } from './openapi-proposals.ts';
import { Components, type JsonSchema } from './openapi-schema.ts';
import { linesOf, STREAM_DESCRIPTION, type StreamExample, streamExample } from './openapi-stream.ts';
import { PROBLEM_TYPE } from './problem.ts';
import type { BoundRoute } from './routes.ts';

export async function openApi(routes: readonly BoundRoute[], version: string): Promise<JsonSchema> {
  const components = new Components();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    (paths[route.path] as Record<string, unknown>)[route.method.toLowerCase()] = await operation(
      route,
      components,
    );
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bahi',
      version,
      summary: 'A double-entry ledger that posts idempotent transfers.',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key of one ledger: bahi_live_…, of a sandbox ledger bahi_test_…',
        },
        operatorSession: {
          type: 'http',
          scheme: 'bearer',
          description: 'The session of an operator, as POST /v1/operator/sessions answers it: bahi_op_…',
        },
      },
      headers: HEADERS,
      schemas: components.schemas,
    },
  };
}

const DESCRIPTION = `Amounts are decimal strings in major units. Times are RFC 3339 in UTC; the past of an account may be asked for at any offset.

A state as of a moment takes in what was posted at that very microsecond; a period takes in its start and not its end. What has passed does
not change, but for the last ten seconds, where what is being posted at this moment may still come in; a state or a statement of what is still to come is refused.

Every change names its intent by an idempotency key, kept for ever: the same request gets the same answer,
with the header Idempotent-Replayed. Every answer to a key of a sandbox ledger (bahi_test_…) has the header Bahi-Ledger: sandbox; there certain
amounts of transfers, adjustments, captures and reversals provoke each outcome, and the clock can be moved. Every error code is explained at [/docs/errors](/docs/errors).
A \`$BAHI_KEY\` in an example stands for your API key.`;

const text = { type: 'string' };
const HEADERS = {
  RequestId: { description: 'Id of this request, for support.', schema: text },
  IdempotentReplayed: { description: 'true: the stored answer of an earlier request.', schema: text },
  Location: { description: 'Where the new thing is read.', schema: text },
  RetryAfter: {
    description: 'Seconds to wait before the same request is sent again.',
    schema: { type: 'integer' },
  },
  RateLimit: {
    description:
      'What is left; with every answer to a key that has a rate (draft-ietf-httpapi-ratelimit-headers-11).',
    schema: text,
  },
  RateLimitPolicy: {
    description: 'Requests (q) in so many seconds (w), by class of routes: read, write, bulk.',
    schema: text,
  },
  WwwAuthenticate: { description: 'RFC 6750.', schema: text },
};
const headerRef = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` });

async function operation(route: BoundRoute, components: Components): Promise<JsonSchema> {
  const { run } = route;
  const examples = await examplesOf(route);
  const stream = run.stream && {
    kind: run.stream,
    example: await streamExample(run.stream),
  };
  const input = components.resolve(components.add(run.input, 'input'));
  const required = needs(route, run);
  const { description } = required;
  const forOperators = route.realm === 'ledger' && run.kind === 'query';
  const parameters = [
    ...parametersOf(route, input),
    ...(run.kind === 'command' ? [IDEMPOTENCY_KEY] : []),
    ...(forOperators ? [LEDGER_PARAMETER] : []),
  ];
  return {
    operationId: run.name.replace('.', '_'),
    summary: run.summary,
    ...required,
    description: `${description}${stream ? `\n\n${STREAM_DESCRIPTION}` : ''}`,
    tags: [run.name.split('.')[0]],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(run.kind === 'query' ? {} : { requestBody: bodyOf(route, components, input, examples, stream) }),
    responses: {
      ...responsesOf(route, components, examples, stream, await otherMediaOf(route)),
      ...(waits(route.useCase) ? { 202: proposedOf(route, components) } : {}),
    },
  };
}

interface Streamed {
  readonly kind: StreamKind;
  readonly example: StreamExample;
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'Your unique name for this intent, such as a UUIDv7; kept for ever and sent again with every retry.',
  schema: { type: 'string', pattern: TOKEN_PATTERN },
};

const propertiesOf = (input: JsonSchema) =>
  Object.entries((input['properties'] ?? {}) as Record<string, JsonSchema>);
const requiredOf = (input: JsonSchema) => (input['required'] ?? []) as readonly string[];

function parametersOf({ run, pathParams }: BoundRoute, input: JsonSchema): JsonSchema[] {
  const named = propertiesOf(input).flatMap(([name, schema]): JsonSchema[] => {
    const { description } = schema;
    const about = typeof description === 'string' ? { description } : {};
    if (pathParams.includes(name)) return [{ name, in: 'path', required: true, ...about, schema }];
    if (run.kind !== 'query') return [];
    return [{ name, in: 'query', required: requiredOf(input).includes(name), ...about, schema }];
  });
  const others = input['additionalProperties'];
  if (run.kind !== 'query' || typeof others !== 'object') return named;
  const schema = { type: 'object', propertyNames: { pattern: '^metadata\\.' }, additionalProperties: others };
  const description = 'Metadata that must match, once for each name: metadata.<name>=<value>.';
  return [
    ...named,
    { name: 'metadata', in: 'query', required: false, style: 'form', explode: true, description, schema },
  ];
}

/** The input without what stands in the path. */
function bodyOf(
  route: BoundRoute,
  components: Components,
  input: JsonSchema,
  examples: readonly Example[],
  stream: Streamed | undefined,
): JsonSchema {
  const { pathParams, run } = route;
  const rest = (name: string): boolean => !pathParams.includes(name);
  const schema =
    pathParams.length === 0
      ? components.add(run.input, 'input')
      : {
          ...input,
          properties: Object.fromEntries(propertiesOf(input).filter(([name]) => rest(name))),
          required: requiredOf(input).filter(rest),
        };
  const fitting = examples.filter(
    ({ name, wellFormed }) =>
      wellFormed && (!isFailureCode(name) || route.refusals.some((code) => code === name)),
  );
  return {
    required: true,
    content: {
      'application/json': {
        schema,
        examples: Object.fromEntries(
          fitting.map(({ name, input: { body } }) => [name, { summary: summaryOf(name), value: body }]),
        ),
      },
      ...(stream &&
        linesOf(components.add(stream.kind.item, 'input'), 'One item on each line', stream.example.request)),
    },
  };
}

const SHOWN: Readonly<Record<Exclude<Example['name'], FailureCode>, string>> = {
  success: 'Carried out',
  provoked: 'In a sandbox ledger: refused by its amount, as SANDBOX.md lists them',
  scheduled: 'A transfer for a time to come',
  split_and_fee: 'Two payees and a fee',
  exchange_and_fee: 'An exchange of currencies, and a fee',
};

const summaryOf = (name: Example['name']): string =>
  isFailureCode(name) ? FAILURES[name].title : SHOWN[name];

function responsesOf(
  route: BoundRoute,
  components: Components,
  examples: readonly Example[],
  stream: Streamed | undefined,
  otherMedia: Readonly<Record<string, string>>,
): JsonSchema {
  const byStatus = Map.groupBy(examples, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([one], [other]) => one - other)
      .map(([status, group]) => {
        const isError = status >= 400;
        const schema = components.add(isError ? problem : route.run.output, 'output');
        const media = {
          schema,
          examples: Object.fromEntries(group.map((example) => [example.name, exampleOf(example)])),
        };
        return [
          String(status),
          {
            description: group.map(({ name }) => summaryOf(name)).join('; '),
            headers: headersOf(route, status),
            content: {
              [isError ? PROBLEM_TYPE : 'application/json']: media,
              ...(isError ? {} : textsOf(otherMedia)),
              ...(stream &&
                status === 200 &&
                linesOf(
                  components.add(stream.kind.result, 'output'),
                  'One answer to each line',
                  stream.example.answer,
                )),
            },
          },
        ];
      }),
  );
}

/** Where the policy of the ledger asks for a second person. */
const proposedOf = (route: BoundRoute, components: Components): JsonSchema => ({
  description: 'The policy of the ledger asks for a second person: nothing is done yet',
  headers: headersOf(route, 202),
  content: {
    'application/json': {
      schema: components.add(proposed, 'output'),
      examples: { proposed: { summary: 'A second person has to approve it', value: PROPOSED_EXAMPLE } },
    },
  },
});

/** Other formats of the same answer, by media type. */
const textsOf = (texts: Readonly<Record<string, string>>): JsonSchema =>
  Object.fromEntries(
    Object.entries(texts).map(([mediaType, value]) => [
      mediaType,
      { schema: { type: 'string' }, examples: { text: { summary: 'Carried out', value } } },
    ]),
  );

function headersOf(route: BoundRoute, status: number): JsonSchema {
  const stored = route.run.kind !== 'query' && route.run.kind !== 'once' && (status < 400 || status === 422);
  return {
    'Request-Id': headerRef('RequestId'),
    ...(stored ? { 'Idempotent-Replayed': headerRef('IdempotentReplayed') } : {}),
    ...(status === 201 && route.location !== undefined ? { Location: headerRef('Location') } : {}),
    ...(status === 503 || status === 429 ? { 'Retry-After': headerRef('RetryAfter') } : {}),
    ...(status === 429
      ? { RateLimit: headerRef('RateLimit'), 'RateLimit-Policy': headerRef('RateLimitPolicy') }
      : {}),
    ...(status === 401 || status === 403 ? { 'WWW-Authenticate': headerRef('WwwAuthenticate') } : {}),
  };
}

/** The whole request stands beside its answer: for people in the description, for programs in x-request. */
const exampleOf = ({ name, request, answer }: Example): JsonSchema => ({
  summary: summaryOf(name),
  description: [
    '```',
    `${request.method} ${request.path} HTTP/1.1`,
    ...Object.entries(request.headers).map(([header, value]) => `${header}: ${value}`),
    ...(request.body === undefined ? [] : ['', request.body]),
    '```',
  ].join('\n'),
  value: answer,
  'x-request': request,
});
