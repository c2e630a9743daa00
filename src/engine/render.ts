/**
 * Stored answers: what an event said to the caller, rendered from the event alone, so that a replay is exact for ever.
 *
 * Frozen by schema version: whoever changes the shape of an answer adds a version and leaves this one as it is. The
 * texts of problems belong to it, too (test/conformance/golden holds one of each).
 */
import { type EventRecord, parseEvent } from '../audit/event.ts';
import { assert } from '../kernel/assert.ts';
import { formatMicros } from '../kernel/clock.ts';
import { exponentOf } from '../kernel/currency.ts';
import { FAILURES, type RefusalCode } from '../kernel/failure.ts';
import { formatId, parseLedgerId } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** True when the command had been carried out or refused before. */
  readonly replayed: boolean;
  /** The JSON of the body, where it is written already. */
  readonly text?: string;
  /** Of a batch: what became of its items. */
  readonly items?: ItemCounts;
}

export interface ItemCounts {
  readonly posted: number;
  readonly refused: number;
  readonly failed: number;
}

const ledgerOf = (event: EventRecord): number => {
  const id = parseLedgerId(event.ledger);
  assert(id !== undefined, 'an event names its ledger');
  return id;
};

export function renderAnswer(body: string, replayed: boolean): Answer {
  const event = parseEvent(body);
  assert(event.schema === 1, 'this reader knows events of schema 1');
  if (event.outcome === 'refused') return { status: 422, body: problemOf(event), replayed };
  if (event.type === 'transfer.create') return { status: 201, body: transferView(event), replayed };
  if (event.type === 'account.create') return { status: 201, body: newAccountView(event), replayed };
  if (event.type === 'account.update') return { status: 200, body: settingsView(event), replayed };
  if (event.type === 'key.create') return { status: 201, body: keyView(event), replayed };
  if (event.type === 'key.revoke')
    return { status: 200, body: { id: event.data['key'], revoked_at: event.at }, replayed };
  return { status: 201, body: { ...event.data, created_at: event.at }, replayed };
}

const POSTED_TRANSFER = '"schema":1,"type":"transfer.create"}';

/**
 * The JSON text of the answer to a posted transfer, byte for byte that of `renderAnswer`, cut out of the event's own
 * text (a third of the time, which counts where many are answered at once). Undefined where it has more than legs and
 * a reference, or is no posted transfer: then the other way is taken.
 *
 * It relies on the fixed order of the envelope (audit/event.ts), and on tokens that hold no quote, brace or bracket.
 */
export function postedTransferText(body: string): string | undefined {
  const dataAt = body.indexOf(',"data":{"legs":[');
  const envelopeAt = body.lastIndexOf(',"idempotency_key":"');
  if (dataAt === -1 || envelopeAt === -1 || !body.endsWith(POSTED_TRANSFER)) return undefined;
  const legsEnd = body.indexOf(']', dataAt) + 1;
  const more = body.slice(legsEnd, envelopeAt - 1);
  if (more !== '' && !/^,"reference":"[^"]*"$/.test(more)) return undefined;
  if (textAfter(body, '","outcome":"', envelopeAt) !== 'posted') return undefined;
  const ledger = parseLedgerId(textAfter(body, '","ledger":"', envelopeAt));
  const number = textAfter(body, '"number":"', envelopeAt);
  assert(ledger !== undefined, 'an event names its ledger');
  return (
    `{"id":"${formatId('trf', ledger, Number(number))}","status":"posted",${body.slice(dataAt + 9, legsEnd)}${more}` +
    `,"posted_at":"${textAfter(body, '","at":"', 0)}","event_number":"${number}"}`
  );
}

function textAfter(body: string, name: string, from: number): string {
  const start = body.indexOf(name, from) + name.length;
  return body.slice(start, body.indexOf('"', start));
}

/** RFC 9457. The request id is that of the request that was refused: a replay is the same answer. */
function problemOf(event: EventRecord): Record<string, unknown> {
  const code = event.code as RefusalCode;
  const { title, advice, status } = FAILURES[code];
  const id =
    event.type === 'transfer.create' ? formatId('trf', ledgerOf(event), Number(event.number)) : undefined;
  return {
    type: `/docs/errors/${code}`,
    title,
    status,
    detail: advice,
    code,
    ...(id === undefined ? {} : { instance: `/v1/transfers/${id}`, transfer_id: id }),
    ...(event.leg === undefined ? {} : { leg: event.leg }),
    request_id: event.request,
  };
}

/** A transfer as a client sees it, posted or refused. */
export function transferView(event: EventRecord): Record<string, unknown> {
  const { legs, reference, metadata, source_time } = event.data;
  return {
    id: formatId('trf', ledgerOf(event), Number(event.number)),
    status: event.outcome,
    ...(event.code === undefined ? {} : { code: event.code, leg: event.leg }),
    legs,
    ...(reference === undefined ? {} : { reference }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(source_time === undefined ? {} : { source_time }),
    ...(event.group === undefined
      ? {}
      : {
          group: {
            first: formatId('trf', ledgerOf(event), Number(event.group.first)),
            size: event.group.size,
          },
        }),
    [event.outcome === 'posted' ? 'posted_at' : 'refused_at']: event.at,
    event_number: event.number,
  };
}

function newAccountView(event: EventRecord): Record<string, unknown> {
  const { code, kind, currency, owner, ...settings } = event.data;
  const id = formatId('acc', ledgerOf(event), Number(event.number));
  const zero = formatMinor(0n, exponentOf(currency as string));
  return {
    id,
    code: code ?? id,
    kind,
    currency,
    owner: owner ?? null,
    ...settings,
    balances: { posted: zero, held: zero, available: zero },
    event_number: event.number,
  };
}

function settingsView(event: EventRecord): Record<string, unknown> {
  const { account, kind, currency, settings } = event.data;
  return {
    id: account,
    kind,
    currency,
    ...(settings as object),
    updated_at: event.at,
    event_number: event.number,
  };
}

function keyView(event: EventRecord): Record<string, unknown> {
  const { client, prefix, scopes, expires_at } = event.data;
  return {
    id: formatId('key', ledgerOf(event), Number(event.number)),
    client,
    prefix,
    scopes,
    expires_at: expires_at === null ? null : formatMicros(Number(expires_at)),
    created_at: event.at,
  };
}
