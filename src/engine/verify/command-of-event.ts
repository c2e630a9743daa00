/**
 * The command that an event records: the inverse of what the fold writes, so that the fold can be run again.
 *
 * An event names accounts by id and, where the client used one, by code; the command has what the client sent. Every
 * member is checked before it is used, since a verifier reads what somebody may have written by hand: what has not
 * the form that the fold writes is an UnreadableEvent, never a crash or a guess.
 */
import { type EventRecord, parseEvent } from '../../audit/event.ts';
import { SCOPES, type Scope } from '../../identity/api-key.ts';
import { formatMicros, parseMicros } from '../../kernel/clock.ts';
import { parseId, parseLedgerId } from '../../kernel/id.ts';
import { trimDecimal } from '../../kernel/money.ts';
import { ACCOUNT_KINDS } from '../../ledger/account.ts';
import { HOLD_SECONDS_MAX } from '../../ledger/hold.ts';
import { parsePercent } from '../../ledger/over-capture.ts';
import type { CarriedRow } from '../../ledger/period.ts';
import { ADVANCE_SECONDS_MAX } from '../../ledger/sandbox.ts';
import { LEGS_MAX } from '../../ledger/transfer.ts';
import { type Authorization, FIRST_FACTORS } from '../authorization.ts';
import type {
  Actor,
  AdjustTransfer,
  CaptureHold,
  Command,
  CreateAccount,
  CreateTransfer,
  LegRequest,
  UpdateAccount,
} from '../command.ts';
import { legsOf } from '../exchange.ts';
import type { ReverseTransfer } from '../reversal-command.ts';
import { denialsOf } from './denials-of-event.ts';
import {
  amountOf,
  boundOf,
  count,
  currencyOf,
  flag,
  idOf,
  list,
  type Members,
  object,
  optionalText,
  text,
  unreadable,
} from './event-members.ts';
import { exchangeOf } from './exchange-of-event.ts';
import { factorCommandOf } from './factor-of-event.ts';
import { limitsOf } from './limit-of-event.ts';
import { logCommandOf } from './log-of-event.ts';
import { operatorCommandOf } from './operator-of-event.ts';
import { poolCommandOf } from './pool-of-event.ts';
import { policyCommandOf, proposedEvent } from './proposal-of-event.ts';
import { stopCommandOf } from './stop-of-event.ts';

/** An event's body as JSON with the members of the envelope in their types. Fails with UnreadableEvent. */
export function readEvent(body: string): EventRecord {
  let parsed: unknown;
  try {
    parsed = parseEvent(body);
  } catch {
    return unreadable('body');
  }
  const event = object(parsed, 'body');
  for (const name of ['actor', 'client', 'idempotency_key', 'request', 'type']) text(event, name);
  object(event['data'], 'data');
  if (event['group'] !== undefined) object(event['group'], 'group');
  optionalText(event, 'proposal');
  return event as unknown as EventRecord;
}

/** Who asked. The name of an API key or an operator carries its number; every other name is a person at the shell. */
export function actorOf(event: EventRecord, ledgerId: number): Actor {
  if (event.actor.startsWith('opr_')) {
    const operator = parseId('opr', ledgerId, event.actor) ?? unreadable('actor');
    return { name: event.actor, client: event.client, apiKey: undefined, operator };
  }
  const isKey = event.actor.startsWith('key_');
  const apiKey = isKey ? (parseId('key', ledgerId, event.actor) ?? unreadable('actor')) : undefined;
  return { name: event.actor, client: event.client, apiKey };
}

/**
 * `carried` are the balances that stand beside this event: it has their digest alone. Fails with UnreadableEvent.
 */
export function commandOf(
  event: EventRecord,
  ledgerId: number,
  carried: readonly CarriedRow[] = [],
): Command {
  const data = event.data;
  switch (event.type) {
    case 'transfer.create':
      return transferOf(data);
    case 'transfer.adjust':
      return adjustmentOf(data);
    case 'transfer.reverse':
      return reversalOf(data, ledgerId);
    case 'transfer.capture':
      return captureOf(data, ledgerId);
    case 'transfer.void':
    case 'transfer.expire':
      return { type: event.type, hold: idOf('trf', ledgerId, data, 'hold') };
    case 'transfer.cancel':
      return { type: event.type, schedule: idOf('trf', ledgerId, data, 'schedule') };
    case 'transfer.execute':
      return {
        type: event.type,
        schedule: idOf('trf', ledgerId, data, 'schedule'),
        transfer: transferOf(data),
      };
    case 'account.create':
      return newAccountOf(data);
    case 'account.update':
      return updateOf(data, ledgerId);
    case 'key.create':
      return {
        type: 'key.create',
        client: text(data, 'client'),
        scopes: list(data['scopes'], 'scopes').map(scopeOf),
        ...newKeyOf(data),
      };
    case 'key.rotate':
      return {
        type: 'key.rotate',
        apiKey: idOf('key', ledgerId, data, 'replaces'),
        ...newKeyOf(data),
        overlapSeconds: overlapOf(data['overlap_seconds']),
      };
    case 'key.revoke':
      return { type: 'key.revoke', apiKey: idOf('key', ledgerId, data, 'key') };
    case 'ledger.create':
      return {
        type: 'ledger.create',
        id: parseLedgerId(text(data, 'id')) ?? unreadable('id'),
        name: text(data, 'name'),
        ...(data['sandbox'] === undefined
          ? {}
          : { sandbox: data['sandbox'] === true || unreadable('sandbox') }),
      };
    case 'clock.move':
      return data['to'] === undefined
        ? { type: 'clock.move', advanceSeconds: wholeOf(data, 'advance_seconds', ADVANCE_SECONDS_MAX) }
        : { type: 'clock.move', to: parseMicros(text(data, 'to')) ?? unreadable('to') };
    case 'period.close':
      return { type: 'period.close', closedUntil: momentOf(data, 'closed_until') };
    case 'period.carry':
      return {
        type: 'period.carry',
        period: idOf('per', ledgerId, data, 'period'),
        after: numberOf(data, 'after'),
        upTo: numberOf(data, 'up_to'),
        rows: carried,
        last: flag(data, 'last'),
      };
    case 'policy.set':
      return policyCommandOf(data);
    case 'proposal.create':
      return commandOf(proposedEvent(event), ledgerId);
    case 'proposal.reject':
      return { type: 'proposal.reject', proposal: idOf('prp', ledgerId, data, 'proposal') };
    case 'access.denied':
      return denialsOf(data);
    case 'master_key.rewrap':
    case 'master_key.retire':
      return { type: event.type, from: text(data, 'from'), to: text(data, 'to') };
    default:
      return (
        factorCommandOf(event.type, ledgerId, data) ??
        stopCommandOf(event.type, ledgerId, data) ??
        poolCommandOf(event.type, ledgerId, data) ??
        logCommandOf(event.type, data) ??
        operatorCommandOf(event.type, ledgerId, data) ??
        unreadable('type')
      );
  }
}

const newKeyOf = (data: Members) => ({
  prefix: text(data, 'prefix'),
  secretHash: text(data, 'secret_hash'),
  expiresAt: data['expires_at'] === null ? null : Number(text(data, 'expires_at')),
  ...(data['networks'] === undefined ? {} : { networks: list(data['networks'], 'networks').map(networkOf) }),
  ...(data['rate'] === undefined ? {} : { rate: text(data, 'rate') }),
});

const networkOf = (value: unknown): string => (typeof value === 'string' ? value : unreadable('networks'));

const overlapOf = (value: unknown): number =>
  Number.isInteger(value) && Number(value) >= 0 ? Number(value) : unreadable('overlap_seconds');

const scopeOf = (value: unknown): Scope => SCOPES.find((scope) => scope === value) ?? unreadable('scopes');

function transferOf(data: Members): CreateTransfer {
  const all = list(data['legs'], 'legs');
  if (all.length === 0 || all.length > LEGS_MAX) unreadable('legs');
  const sent = all.map((leg) => legOf(object(leg, 'legs')));
  const exchange =
    data['exchange'] === undefined ? undefined : exchangeOf(object(data['exchange'], 'exchange'), sent);
  const reference = optionalText(data, 'reference');
  const sourceTime = optionalText(data, 'source_time');
  const effectiveAt = data['effective_at'] === undefined ? undefined : momentOf(data, 'effective_at');
  const scheduledFor = data['scheduled_for'] === undefined ? undefined : momentOf(data, 'scheduled_for');
  const hold = data['hold'] === undefined ? undefined : secondsOf(object(data['hold'], 'hold'));
  return {
    type: 'transfer.create',
    legs: exchange === undefined ? sent : legsOf(exchange),
    ...(exchange === undefined ? {} : { exchange }),
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
    ...(hold === undefined ? {} : { holdSeconds: hold }),
    ...(scheduledFor === undefined ? {} : { scheduledFor }),
    ...(reference === undefined ? {} : { reference }),
    ...(data['metadata'] === undefined ? {} : { metadata: metadataOf(object(data['metadata'], 'metadata')) }),
    ...(sourceTime === undefined ? {} : { sourceTime }),
  };
}

const secondsOf = (hold: Members): number => wholeOf(hold, 'expires_in_seconds', HOLD_SECONDS_MAX);

function momentOf(of: Members, name: string): number {
  const moment = parseMicros(text(of, name));
  return moment === undefined || formatMicros(moment) !== of[name] ? unreadable(name) : moment;
}

/** The number of an event, as text. */
function numberOf(of: Members, name: string): number {
  const digits = text(of, name);
  return /^(0|[1-9]\d{0,14})$/.test(digits) ? Number(digits) : unreadable(name);
}

function wholeOf(of: Members, name: string, max: number): number {
  const value = of[name];
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= max
    ? Number(value)
    : unreadable(name);
}

function adjustmentOf(data: Members): AdjustTransfer {
  // None of these is a member of an adjustment: what the fold makes of the command shows where one stands.
  const {
    holdSeconds: _hold,
    sourceTime: _time,
    exchange: _exchange,
    scheduledFor: _for,
    ...transfer
  } = transferOf(data);
  return { ...transfer, type: 'transfer.adjust', reason: text(data, 'reason') };
}

function reversalOf(data: Members, ledgerId: number): ReverseTransfer {
  const { amount, amounts } = data;
  const asked = amounts === undefined ? amount : list(amounts, 'amounts');
  const reference = optionalText(data, 'reference');
  return {
    type: 'transfer.reverse',
    transfer: idOf('trf', ledgerId, data, 'reverses'),
    ...(asked === undefined
      ? {}
      : { amount: Array.isArray(asked) ? asked.map(trimmedOf) : trimmedOf(asked) }),
    ...(data['effective_at'] === undefined ? {} : { effectiveAt: momentOf(data, 'effective_at') }),
    ...(reference === undefined ? {} : { reference }),
    ...(data['metadata'] === undefined ? {} : { metadata: metadataOf(object(data['metadata'], 'metadata')) }),
  };
}

function captureOf(data: Members, ledgerId: number): CaptureHold {
  const amounts = data['amounts'] === undefined ? undefined : list(data['amounts'], 'amounts').map(trimmedOf);
  return {
    type: 'transfer.capture',
    hold: idOf('trf', ledgerId, data, 'captures'),
    ...(amounts === undefined ? {} : { amounts }),
    final: data['final'] === undefined ? false : flag(data, 'final'),
    ...(data['authorization'] === undefined
      ? {}
      : { authorization: authorizationOf(object(data['authorization'], 'authorization'), ledgerId) }),
  };
}

function authorizationOf(of: Members, ledgerId: number): Authorization {
  const { method } = object(of['first_factor'], 'first_factor');
  return {
    customer: text(of, 'customer'),
    factor: idOf('fac', ledgerId, of, 'factor'),
    timeStep: of['time_step'] === undefined ? null : count(of, 'time_step'),
    firstFactor: {
      method: FIRST_FACTORS.find((one) => one === method) ?? unreadable('method'),
      at: momentOf(object(of['first_factor'], 'first_factor'), 'at'),
    },
  };
}

const trimmedOf = (amount: unknown): string =>
  typeof amount === 'string' && trimDecimal(amount) === amount ? amount : unreadable('amounts');

/** The account as the client named it: by code where a code stands. */
function legOf(leg: Members): LegRequest {
  const currency = currencyOf(leg);
  return {
    debit: optionalText(leg, 'debit_code') ?? text(leg, 'debit'),
    credit: optionalText(leg, 'credit_code') ?? text(leg, 'credit'),
    amount: amountOf(leg, currency),
    currency,
  };
}

function metadataOf(metadata: Members): Readonly<Record<string, string>> {
  for (const name of Object.keys(metadata)) text(metadata, name);
  return metadata as Readonly<Record<string, string>>;
}

function newAccountOf(data: Members): CreateAccount {
  const currency = currencyOf(data);
  return {
    type: 'account.create',
    code: optionalText(data, 'code'),
    kind: ACCOUNT_KINDS.find((kind) => kind === data['kind']) ?? unreadable('kind'),
    currency,
    owner: optionalText(data, 'owner') ?? null,
    settings: {
      floor: boundOf(data, 'floor', currency),
      ceiling: boundOf(data, 'ceiling', currency),
      debitsFrozen: flag(data, 'debits_frozen'),
      creditsFrozen: flag(data, 'credits_frozen'),
      closed: flag(data, 'closed'),
      ...(data['over_capture_percent'] === undefined ? {} : { overCaptureBps: percentOf(data) }),
    },
  };
}

const percentOf = (of: Members): number =>
  parsePercent(text(of, 'over_capture_percent')) ?? unreadable('over_capture_percent');

/** The currency stands in every event that changes bounds or limits, and in none that was refused without. */
function updateOf(data: Members, ledgerId: number): UpdateAccount {
  const change = object(data['change'], 'change');
  const ofAmounts = ['floor', 'ceiling', 'step_up_above', 'limits'].some(
    (name) => change[name] !== undefined,
  );
  const currency = ofAmounts ? currencyOf(data) : (optionalText(data, 'currency') ?? '');
  return {
    type: 'account.update',
    account: idOf('acc', ledgerId, data, 'account'),
    currency,
    change: changeOf(change, currency),
    ...(data['wait_seconds'] === undefined ? {} : { waitSeconds: count(data, 'wait_seconds') }),
  };
}

const changeOf = (change: Members, currency: string): UpdateAccount['change'] => ({
  ...(change['floor'] === undefined ? {} : { floor: boundOf(change, 'floor', currency) }),
  ...(change['ceiling'] === undefined ? {} : { ceiling: boundOf(change, 'ceiling', currency) }),
  ...(change['step_up_above'] === undefined
    ? {}
    : { stepUpAbove: boundOf(change, 'step_up_above', currency) }),
  ...(change['debits_frozen'] === undefined ? {} : { debitsFrozen: flag(change, 'debits_frozen') }),
  ...(change['credits_frozen'] === undefined ? {} : { creditsFrozen: flag(change, 'credits_frozen') }),
  ...(change['closed'] === undefined ? {} : { closed: flag(change, 'closed') }),
  ...(change['over_capture_percent'] === undefined
    ? {}
    : { overCaptureBps: change['over_capture_percent'] === null ? null : percentOf(change) }),
  ...(change['limits'] === undefined ? {} : { limits: limitsOf(change, currency) }),
});
