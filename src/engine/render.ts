/**
 * Stored answers: what an event said to the caller, rendered from the event alone, so that a replay is exact for ever.
 *
 * Frozen by schema version: whoever changes the shape of an answer adds a version and leaves this one as it is. The
 * texts of problems belong to it, too (test/conformance/golden holds one of each).
 */
import { type EventRecord, isTransferType, parseEvent } from '../audit/event.ts';
import { assert, defined } from '../kernel/assert.ts';
import { formatMicros, parseMicros } from '../kernel/clock.ts';
import { exponentOf } from '../kernel/currency.ts';
import { FAILURES, type FailureCode, type RefusalCode } from '../kernel/failure.ts';
import { formatId, parseLedgerId } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';
import type { KnownResult } from './state.ts';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** True when the command had been carried out or refused before. */
  readonly replayed: boolean;
  /** The JSON of the body, where it is written already. */
  readonly text?: string;
  /** Beside a text: the id of what was created. */
  readonly id?: string;
  /** In place of the body, where it may be long. */
  readonly parts?: Parts;
  /** Of a batch: how many of its items were answered how. */
  readonly items?: Readonly<ItemCounts>;
  /** Of a batch: why items of it were denied, where others were not. */
  readonly denied?: FailureCode;
}

/** A text that is made part by part, for the one who asks for it, once. */
export interface Parts {
  readonly mediaType: string;
  readonly text: AsyncIterable<string>;
}

/** What an item of a batch or a stream may be answered with. */
export const ITEM_STATUSES = ['posted', 'held', 'scheduled', 'proposed', 'refused', 'failed'] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

/** Items by status; `replayed`: of those that did not fail, stored answers given again. */
export type ItemCounts = Record<ItemStatus | 'replayed', number>;

export const noItems = (): ItemCounts => ({
  posted: 0,
  held: 0,
  scheduled: 0,
  proposed: 0,
  refused: 0,
  failed: 0,
  replayed: 0,
});

const ledgerOf = ({ ledger }: Pick<EventRecord, 'ledger'>): number => {
  const id = parseLedgerId(ledger);
  assert(id !== undefined, 'an event names its ledger');
  return id;
};

export function renderAnswer(body: string, replayed: boolean): Answer {
  const event = parseEvent(body);
  assert(event.schema === 1, 'this reader knows events of schema 1');
  if (event.outcome === 'refused') return { status: 422, body: problemOf(event), replayed };
  if (event.type === 'proposal.create') return { status: 202, body: proposedView(event), replayed };
  if (event.proposal !== undefined) return { status: 200, body: approvedView(event), replayed };
  const { status, body: done } = carriedOut(event);
  return { status, body: done, replayed };
}

function carriedOut(event: EventRecord): Pick<Answer, 'status' | 'body'> {
  if (isTransferType(event.type)) return { status: 201, body: transferView(event) };
  if (event.type === 'account.create') return { status: 201, body: newAccountView(event) };
  if (event.type === 'account.update') return { status: 200, body: settingsView(event) };
  if (event.type === 'key.create') return { status: 201, body: keyView(event) };
  if (event.type === 'key.rotate') return { status: 201, body: rotatedKeyView(event) };
  if (event.type === 'key.revoke')
    return { status: 200, body: { id: event.data['key'], revoked_at: event.at } };
  if (event.type === 'transfer.void') return { status: 200, body: voidView(event) };
  if (event.type === 'clock.move') return { status: 200, body: clockView(event) };
  if (event.type === 'transfer.cancel') return { status: 200, body: cancelView(event) };
  if (event.type === 'pool.create') return { status: 201, body: newPoolView(event) };
  if (event.type === 'pool.update') return { status: 200, body: poolChangeView(event) };
  if (event.type === 'proposal.reject') return { status: 200, body: rejectedView(event) };
  if (event.type === 'policy.set')
    return { status: 200, body: { ...event.data, set_at: event.at, event_number: event.number } };
  if (event.type === 'period.close') return { status: 201, body: newPeriodView(event) };
  return { status: 201, body: { ...event.data, created_at: event.at } };
}

/** What waits for a second person. */
const proposedView = ({ at, data, ledger, number }: EventRecord): Record<string, unknown> => ({
  id: formatId('prp', ledgerOf({ ledger }), Number(number)),
  status: 'proposed',
  action: data['action'],
  operation: data['operation'],
  hash: data['hash'],
  expires_at: data['expires_at'],
  proposed_at: at,
  event_number: number,
});

/** The answer that the proposer would have been given stands in it. */
const approvedView = (event: EventRecord): Record<string, unknown> => ({
  id: event.proposal,
  status: 'executed',
  operation: event.type,
  result: carriedOut(event).body,
  decided_at: event.at,
  event_number: event.number,
});

const rejectedView = ({ at, data, number }: EventRecord): Record<string, unknown> => ({
  id: data['proposal'],
  status: 'rejected',
  decided_at: at,
  event_number: number,
});

const POSTED_TRANSFER = '"schema":1,"type":"transfer.create"}';
const DATA = ',"data":{"legs":[';
const REFERENCE = ',"reference":"';
const AFTER_DATA = '},"idempotency_key":"';
const AT = '","at":"';

/**
 * The JSON text of the answer to a posted transfer, byte for byte that of `renderAnswer`, cut out of the event's own
 * text (in a seventh of the time, which counts where many are answered at once). Undefined where it has more than legs and
 * a reference, or is no posted transfer: then the other way is taken.
 *
 * It relies on the fixed order of the envelope (audit/event.ts), and on tokens that hold no quote, brace or bracket.
 */
export function postedTransferText(result: KnownResult, ledgerId: number): string | undefined {
  const { body, code, number } = result;
  const dataAt = body.indexOf(DATA);
  if (code !== '' || dataAt === -1 || !body.endsWith(POSTED_TRANSFER)) return undefined;
  let end = body.indexOf(']', dataAt) + 1;
  if (body.startsWith(REFERENCE, end)) end = body.indexOf('"', end + REFERENCE.length) + 1;
  if (!body.startsWith(AFTER_DATA, end)) return undefined;
  const at = body.indexOf(AT) + AT.length;
  return (
    `{"id":"${formatId('trf', ledgerId, number)}","status":"posted",${body.slice(dataAt + DATA.indexOf('"legs"'), end)}` +
    `,"posted_at":"${body.slice(at, body.indexOf('"', at))}","event_number":"${number}"}`
  );
}

/** As `renderAnswer`, with the text in place of a body, which is made for those who read it. Undefined as above. */
export function postedTransferAnswer(
  result: KnownResult,
  ledgerId: number,
  replayed: boolean,
): Answer | undefined {
  const text = postedTransferText(result, ledgerId);
  if (text === undefined) return undefined;
  return {
    status: 201,
    get body() {
      return transferView(parseEvent(result.body));
    },
    replayed,
    text,
    id: formatId('trf', ledgerId, result.number),
  };
}

/** RFC 9457. The request id is that of the request that was refused: a replay is the same answer. */
function problemOf(event: EventRecord): Record<string, unknown> {
  const code = event.code as RefusalCode;
  const { title, advice, status } = FAILURES[code];
  const id = isTransferType(event.type) ? formatId('trf', ledgerOf(event), Number(event.number)) : undefined;
  return {
    type: `/docs/errors/${code}`,
    title,
    status,
    detail: advice,
    code,
    ...(id === undefined ? {} : { instance: `/v1/transfers/${id}`, transfer_id: id }),
    ...(event.leg === undefined ? {} : { leg: event.leg }),
    ...(event.limit === undefined ? {} : { limit: event.limit }),
    request_id: event.request,
  };
}

/** A transfer as it was answered: posted, held or refused. */
export function transferView(event: EventRecord): Record<string, unknown> {
  const {
    authorization,
    challenge,
    captures,
    effective_at,
    exchange,
    reverses,
    reason,
    legs = [],
    reference,
    metadata,
  } = event.data;
  const { released, remaining, schedule, scheduled_for, source_time } = event.data;
  return {
    id: formatId('trf', ledgerOf(event), Number(event.number)),
    status: event.outcome,
    ...(event.code === undefined ? {} : { code: event.code, leg: event.leg }),
    ...(captures === undefined ? {} : { captures }),
    ...(reverses === undefined ? {} : { reverses }),
    ...(reason === undefined ? {} : { reason }),
    legs,
    ...(exchange === undefined ? {} : { exchange }),
    ...(event.outcome === 'held' ? { hold: newHoldView(event) } : {}),
    ...(challenge === undefined ? {} : { challenge: { nonce: (challenge as { nonce: string }).nonce } }),
    ...(authorization === undefined ? {} : { authorization: authorizationView(authorization) }),
    ...(released === undefined ? {} : { released }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(scheduled_for === undefined ? {} : { scheduled_for }),
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
    ...(effective_at === undefined ? {} : { effective_at }),
    [`${event.outcome}_at`]: event.at,
    event_number: event.number,
  };
}

/** Which code it was is nobody's business. */
function authorizationView(authorization: unknown): Record<string, unknown> {
  const { time_step: _, ...shown } = authorization as Record<string, unknown>;
  return shown;
}

/** A hold at its placement: all of it remains. */
function newHoldView({ at, data }: EventRecord): Record<string, unknown> {
  const {
    challenge,
    hold = challenge,
    legs,
  } = data as {
    readonly challenge?: { readonly expires_in_seconds: number };
    readonly hold?: { readonly expires_in_seconds: number };
    readonly legs: readonly { readonly amount: string; readonly currency: string }[];
  };
  const placedAt = defined(parseMicros(at), 'the time of an event');
  return {
    expires_at: formatMicros(placedAt + defined(hold, 'what is held').expires_in_seconds * 1_000_000),
    captured: legs.map(({ currency }) => formatMinor(0n, exponentOf(currency))),
    remaining: legs.map(({ amount }) => amount),
    captures: [],
  };
}

const voidView = (event: EventRecord): Record<string, unknown> => ({
  id: event.data['hold'],
  status: 'voided',
  released: event.data['released'],
  voided_at: event.at,
  event_number: event.number,
});

const clockView = ({ at, data, number }: EventRecord): Record<string, unknown> => ({
  now: data['now'],
  ahead_seconds: data['ahead_seconds'],
  moved_at: at,
  event_number: number,
});

const cancelView = (event: EventRecord): Record<string, unknown> => ({
  id: event.data['schedule'],
  status: 'canceled',
  canceled_at: event.at,
  event_number: event.number,
});

function newPoolView(event: EventRecord): Record<string, unknown> {
  const { name, currency, owner, joined, limits } = event.data;
  return {
    id: formatId('pol', ledgerOf(event), Number(event.number)),
    name,
    currency,
    owner: owner ?? null,
    ...(owner === undefined ? { members: joined } : {}),
    limits,
    joined,
    created_at: event.at,
    event_number: event.number,
  };
}

function poolChangeView({ at, data, number }: EventRecord): Record<string, unknown> {
  const { pool, name, currency, owner, members, limits, joined, parted } = data;
  return {
    id: pool,
    name,
    currency,
    owner: owner ?? null,
    ...(members === undefined ? {} : { members }),
    limits,
    joined,
    parted,
    updated_at: at,
    event_number: number,
  };
}

/** Nothing is carried forward yet. */
const newPeriodView = (event: EventRecord): Record<string, unknown> => ({
  id: formatId('per', ledgerOf(event), Number(event.number)),
  closed_until: event.data['closed_until'],
  status: 'carrying',
  balances: 0,
  closed_at: event.at,
  event_number: event.number,
});

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
  const { account, kind, currency, settings, breached_bounds } = event.data;
  return {
    id: account,
    kind,
    currency,
    ...(settings as object),
    ...(breached_bounds === undefined ? {} : { breached_bounds }),
    updated_at: event.at,
    event_number: event.number,
  };
}

function keyView(event: EventRecord): Record<string, unknown> {
  const { client, prefix, scopes, expires_at, networks, rate } = event.data;
  return {
    id: formatId('key', ledgerOf(event), Number(event.number)),
    client,
    prefix,
    scopes,
    expires_at: expires_at === null ? null : formatMicros(Number(expires_at)),
    ...(networks === undefined ? {} : { networks }),
    ...(rate === undefined ? {} : { rate }),
    created_at: event.at,
  };
}

const rotatedKeyView = (event: EventRecord): Record<string, unknown> => ({
  ...keyView(event),
  replaces: { id: event.data['replaces'], ends_at: formatMicros(Number(event.data['ends_at'])) },
});
