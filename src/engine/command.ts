/**
 * Commands: what can be asked of a log, already validated, and how an intent is named.
 *
 * A command's canonical payload is the wire form that the client sent (amounts padded to all decimals), so that its
 * fingerprint depends on the request alone and never on what the ledger knew at the time.
 */
import { canonicalJson, type Json, sha256Hex } from '../kernel/canonical-json.ts';
import { formatMicros } from '../kernel/clock.ts';
import { exponentOf } from '../kernel/currency.ts';
import { formatId, formatLedgerId } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';
import type { AccountKind, AccountSettings, SettingsChange } from '../ledger/account.ts';
import { isLogCommand, type LogCommand, logJson } from './audit/log-command.ts';
import { type Authorization, askedJson } from './authorization.ts';
import { type CreateApiKey, newKeyJson, type RevokeApiKey, type RotateApiKey } from './command-key.ts';
import { type FactorCommand, factorPath, factorPayload } from './customers/factor-command.ts';
import { isStopCommand, type StopCommand, stopPayload } from './customers/stop-command.ts';
import { denialsJson, type RecordDenials } from './denials/denial-command.ts';
import { type Exchange, exchangePayload } from './exchange.ts';
import { keyChangeJson, type RecordKeyChange } from './keyring/keyring-command.ts';
import { type OperatorCommand, operatorPayload } from './operators/operator-command.ts';
import { type CarryPeriod, type ClosePeriod, carryJson, closeJson } from './period-command.ts';
import { isPoolCommand, type PoolCommand, poolPayload } from './pool-command.ts';
import { policyJson, type RejectProposal, type SetPolicy } from './proposals/proposal-command.ts';
import { type ReverseTransfer, reversalJson } from './reversal-command.ts';
import { settingsJson } from './settings-json.ts';
import { storedKey } from './stored-key.ts';

export interface CreateAccount {
  readonly type: 'account.create';
  readonly code: string | undefined;
  readonly kind: AccountKind;
  readonly currency: string;
  readonly owner: string | null;
  readonly settings: AccountSettings;
}

export interface UpdateAccount {
  readonly type: 'account.update';
  readonly account: number;
  /** The account's own, which never changes: bounds are written in it. */
  readonly currency: string;
  /** Only what changes. */
  readonly change: SettingsChange;
  /** How long the owner authorises nothing behind it, where it raises a cap; absent: no time. No part of what was asked. */
  readonly waitSeconds?: number;
}

/** A leg as the client named it: account by id or by code. */
export interface LegRequest {
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
  readonly currency: string;
}

export interface CreateTransfer {
  readonly type: 'transfer.create';
  /** With those that the exchange makes. */
  readonly legs: readonly LegRequest[];
  readonly exchange?: Exchange;
  /** When it counts in reports, microseconds since 1970; absent: when it is posted. Never of a hold. */
  readonly effectiveAt?: number;
  /** Holds the amounts for so long in place of moving them. */
  readonly holdSeconds?: number;
  /** Decided and posted from then on, in place of now; microseconds since 1970. */
  readonly scheduledFor?: number;
  readonly reference?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Time as an imported file states it, verbatim. */
  readonly sourceTime?: string;
}

/** A correction by hand, with the reason for it. */
export interface AdjustTransfer
  extends Omit<CreateTransfer, 'type' | 'holdSeconds' | 'sourceTime' | 'exchange'> {
  readonly type: 'transfer.adjust';
  readonly reason: string;
  readonly holdSeconds?: never;
  readonly exchange?: never;
  readonly sourceTime?: never;
}

export interface CaptureHold {
  readonly type: 'transfer.capture';
  /** Number of the transfer that placed the hold. */
  readonly hold: number;
  /** Decimals without trailing zeros, one a leg; absent for all that remains. What they are in minor units only the hold tells. */
  readonly amounts?: readonly string[];
  /** Gives back what remains after this capture. */
  readonly final: boolean;
  /** With a second factor of the payer's owner. */
  readonly authorization?: Authorization;
}

export interface VoidHold {
  readonly type: 'transfer.void';
  readonly hold: number;
}

/** Submitted by the engine alone (transfers/hold-sweeper.ts). */
export interface ExpireHold {
  readonly type: 'transfer.expire';
  readonly hold: number;
}

export interface CancelSchedule {
  readonly type: 'transfer.cancel';
  /** Number of the event that scheduled the transfer. */
  readonly schedule: number;
}

/** Submitted by the engine alone (transfers/schedule-sweeper.ts). */
export interface ExecuteSchedule {
  readonly type: 'transfer.execute';
  readonly schedule: number;
  /** As it was asked for. */
  readonly transfer: CreateTransfer;
}

export interface CreateLedger {
  readonly type: 'ledger.create';
  readonly id: number;
  readonly name: string;
  readonly sandbox?: true;
}

/** Of a sandbox ledger, and forward only. */
export type MoveClock = { readonly type: 'clock.move' } & (
  | { readonly advanceSeconds: number }
  /** Microseconds since 1970. */
  | { readonly to: number }
);

export type Command =
  | PoolCommand
  | CreateAccount
  | UpdateAccount
  | CreateTransfer
  | AdjustTransfer
  | ReverseTransfer
  | CaptureHold
  | VoidHold
  | ExpireHold
  | CancelSchedule
  | ExecuteSchedule
  | CreateApiKey
  | RevokeApiKey
  | RotateApiKey
  | CreateLedger
  | MoveClock
  | ClosePeriod
  | CarryPeriod
  | FactorCommand
  | SetPolicy
  | RejectProposal
  | StopCommand
  | OperatorCommand
  | RecordDenials
  | RecordKeyChange
  | LogCommand;

/** Who asks: an API key of a client, an operator, a person at the shell of the machine, or the engine itself. */
export interface Actor {
  /** `key_…`, `opr_…`, `shell:<user>`, `engine`, or `anyone` before somebody is known. */
  readonly name: string;
  /** Owner of the idempotency keys; `shell` for everybody at the shell, `engine` for the engine. */
  readonly client: string;
  /** Number of the API key, whose standing the fold checks; undefined for everybody else. */
  readonly apiKey: number | undefined;
  /** Number of the operator, who has no scopes: a role, which reads only. */
  readonly operator?: number;
}

/** Members of an atomic group carry the same object; they are queued side by side. */
export interface Group {
  readonly size: number;
}

/** One intent in the queue of its ledger. */
export interface Item {
  readonly command: Command;
  readonly actor: Actor;
  readonly idempotencyKey: string;
  readonly request: string;
  readonly group: Group | undefined;
  /** UUID under which the intent is stored, 32 hex digits: unique in its ledger. */
  readonly key: string;
  readonly fingerprint: string;
  /** Number of the proposal that this decides: rejects it, or approves it, where the command is what was proposed. */
  readonly decides: number | undefined;
}

export function makeItem(
  ledgerId: number,
  command: Command,
  actor: Actor,
  idempotencyKey: string,
  request: string,
  group?: Group,
): Item {
  const path = pathOf(ledgerId, command);
  return {
    command,
    actor,
    idempotencyKey,
    request,
    group,
    key: storedKey([actor.client, command.type, ...path], idempotencyKey),
    fingerprint: fingerprintOf(ledgerId, command, path),
    decides: command.type === 'proposal.reject' ? command.proposal : undefined,
  };
}

/** Hash of what was asked, its operation and the ids of its path. */
export function fingerprintOf(ledgerId: number, command: Command, path = pathOf(ledgerId, command)): string {
  // The id of a new ledger is chosen for each request, so it is no part of what was asked.
  const payload =
    command.type === 'ledger.create'
      ? canonicalJson({ name: command.name, ...sandboxJson(command) })
      : payloadOf(command);
  return sha256Hex(`{"operation":"${command.type}","path":${JSON.stringify(path)},"payload":${payload}}`);
}

function pathOf(ledgerId: number, command: Command): string[] {
  if (command.type === 'account.update') return [formatId('acc', ledgerId, command.account)];
  if (command.type === 'pool.update') return [formatId('pol', ledgerId, command.pool)];
  if ('apiKey' in command) return [formatId('key', ledgerId, command.apiKey)];
  if (command.type === 'transfer.reverse') return [formatId('trf', ledgerId, command.transfer)];
  if ('schedule' in command) return [formatId('trf', ledgerId, command.schedule)];
  if (command.type === 'period.carry') return [formatId('per', ledgerId, command.period)];
  if ('proposal' in command) return [formatId('prp', ledgerId, command.proposal)];
  if (isStopCommand(command)) return [command.customer];
  if ('customer' in command) return factorPath(ledgerId, command);
  if ('operator' in command) return [formatId('opr', ledgerId, command.operator)];
  return 'hold' in command ? [formatId('trf', ledgerId, command.hold)] : [];
}

export const changesBounds = ({ change }: UpdateAccount): boolean => 'floor' in change || 'ceiling' in change;

/** True for what is written in the account's currency. */
export const changesAmounts = (command: UpdateAccount): boolean =>
  changesBounds(command) || 'stepUpAbove' in command.change || command.change.limits !== undefined;

/** Canonical JSON (RFC 8785) of what was asked. */
export function payloadOf(command: Command): string {
  switch (command.type) {
    case 'transfer.create':
      return transferPayload(
        command,
        command.exchange?.beside ?? command.legs,
        (leg) => legJson(leg, leg.debit, leg.credit, '', ''),
        command.exchange && exchangePayload(command.exchange),
      );
    case 'transfer.adjust':
      return transferPayload(
        command,
        command.legs,
        (leg) => legJson(leg, leg.debit, leg.credit, '', ''),
        undefined,
      );
    case 'account.create':
      return canonicalJson({
        code: command.code,
        kind: command.kind,
        currency: command.currency,
        ...(command.owner === null ? {} : { owner: command.owner }),
        ...settingsJson(command.settings, command.currency),
      });
    case 'account.update':
      return canonicalJson(settingsJson(command.change, command.currency));
    case 'key.create':
      return canonicalJson({
        client: command.client,
        scopes: command.scopes,
        ...newKeyJson(command),
      });
    case 'key.rotate':
      return canonicalJson({ ...newKeyJson(command), overlap_seconds: command.overlapSeconds });
    case 'transfer.capture':
      // Most captures ask for all that remains.
      return (command.amounts ?? command.authorization ?? command.final)
        ? canonicalJson(captureJson(command))
        : '{}';
    case 'transfer.reverse':
      return canonicalJson(reversalJson(command));
    case 'key.revoke':
    case 'transfer.void':
    case 'transfer.expire':
    case 'transfer.cancel':
    case 'transfer.execute':
    case 'proposal.reject':
      return '{}';
    case 'ledger.create':
      return canonicalJson({ id: formatLedgerId(command.id), name: command.name, ...sandboxJson(command) });
    case 'clock.move':
      return canonicalJson(clockJson(command));
    case 'period.close':
      return canonicalJson(closeJson(command));
    case 'period.carry':
      return canonicalJson(carryJson(command));
    case 'policy.set':
      return canonicalJson(policyJson(command));
    case 'access.denied':
      return canonicalJson(denialsJson(command));
    case 'master_key.rewrap':
    case 'master_key.retire':
      return canonicalJson(keyChangeJson(command));
    case 'factor.enrol':
    case 'factor.confirm':
    case 'factor.remove':
      return canonicalJson(factorPayload(command, String));
    case 'customer.stop':
    case 'customer.resume':
      return canonicalJson(stopPayload(command, String));
    default:
      if (isLogCommand(command)) return canonicalJson(logJson(command));
      return canonicalJson(isPoolCommand(command) ? poolPayload(command) : operatorPayload(command));
  }
}

/** A leg's members in the order of RFC 8785 §3.2.3; every string is a token or an id, so none needs an escape. */
export function legJson(
  leg: LegRequest,
  debit: string,
  credit: string,
  debitCode: string,
  creditCode: string,
): string {
  const amount = formatMinor(leg.amount, exponentOf(leg.currency));
  return (
    `{"amount":"${amount}"${credit && `,"credit":"${credit}"`}${creditCode && `,"credit_code":"${creditCode}"`}` +
    `,"currency":"${leg.currency}"${debit && `,"debit":"${debit}"`}${debitCode && `,"debit_code":"${debitCode}"`}}`
  );
}

/**
 * The payload of a transfer with its legs written by `leg`, and the member `schedule` that names what this executes: by
 * hand, since this is the hot path (checked against RFC 8785 in the tests).
 */
export function transferPayload(
  command: CreateTransfer | AdjustTransfer,
  all: readonly LegRequest[],
  leg: (leg: LegRequest, index: number) => string,
  exchangeText: string | undefined,
  schedule = '',
  challenge = '',
): string {
  let legs = '';
  for (let i = 0; i < all.length; i++) legs += (i > 0 ? ',' : '') + leg(all[i] as LegRequest, i);
  const metadata = command.metadata ? `,"metadata":${canonicalJson(command.metadata)}` : '';
  const reason = command.type === 'transfer.adjust' ? `,"reason":"${command.reason}"` : '';
  const reference = command.reference === undefined ? '' : `,"reference":"${command.reference}"`;
  // The one text that nobody has checked.
  const sourceTime =
    command.sourceTime === undefined ? '' : `,"source_time":${canonicalJson(command.sourceTime)}`;
  const hold =
    command.holdSeconds === undefined ? '' : `"hold":{"expires_in_seconds":${command.holdSeconds}},`;
  const effective =
    command.effectiveAt === undefined ? '' : `"effective_at":"${formatMicros(command.effectiveAt)}",`;
  const exchange = exchangeText === undefined ? '' : `"exchange":${exchangeText},`;
  const scheduledFor =
    command.scheduledFor === undefined ? '' : `,"scheduled_for":"${formatMicros(command.scheduledFor)}"`;
  return `{${challenge}${effective}${exchange}${hold}"legs":[${legs}]${metadata}${reason}${reference}${schedule}${scheduledFor}${sourceTime}}`;
}

/** What a capture asks for. */
const captureJson = ({ amounts, authorization, final }: CaptureHold): Record<string, Json> => ({
  ...(amounts === undefined ? {} : { amounts }),
  ...(authorization === undefined ? {} : { authorization: askedJson(authorization) }),
  ...(final ? { final } : {}),
});

/** Only where it is one: live ledgers came first. */
const sandboxJson = ({ sandbox }: CreateLedger): Record<string, Json> =>
  sandbox === undefined ? {} : { sandbox };

export const clockJson = (command: MoveClock): Record<string, Json> =>
  'to' in command ? { to: formatMicros(command.to) } : { advance_seconds: command.advanceSeconds };
