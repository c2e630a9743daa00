/** Folding of accounts and ledgers: subjects named by the event that creates them. */
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { FailureCode, RefusalCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import {
  type AccountSettings,
  type AccountState,
  accountState,
  applySettings,
  breachedBounds,
  cannotCreateMoney,
  changedSettings,
  letsOutMore,
  NO_TOTALS,
} from '../ledger/account.ts';
import { raisesCap } from '../ledger/cap.ts';
import { limitsAfterChange, limitsSince } from '../ledger/limit.ts';
import { asksForLess } from '../ledger/step-up.ts';
import {
  type Command,
  type CreateAccount,
  type CreateLedger,
  changesAmounts,
  changesBounds,
  type Item,
  payloadOf,
  type UpdateAccount,
} from './command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { waitBehind } from './fold-stop.ts';
import { limitRow } from './limit-json.ts';
import { settingsJson } from './settings-json.ts';
import { hasScope } from './state.ts';

const refuse = (command: Command, code: RefusalCode): Decision => ({
  outcome: 'refused',
  code,
  data: payloadOf(command),
});

const minorOrNull = (bound: bigint | null): string | null => (bound === null ? null : bound.toString());

export const settingRow = (id: number, number: number, s: AccountSettings) => [
  String(id),
  String(number),
  minorOrNull(s.floor),
  minorOrNull(s.ceiling),
  s.debitsFrozen,
  s.creditsFrozen,
  s.closed,
  // Came later: where there is none, the row is what it was before, and so is every link.
  ...laterSettings(s),
];

function laterSettings({ overCaptureBps, limits, pools, stepUpAbove }: AccountSettings): Json[] {
  const basisPoints = overCaptureBps === undefined ? null : String(overCaptureBps);
  const all = limits?.map(limitRow) ?? null;
  const above = stepUpAbove === undefined ? null : String(stepUpAbove);
  if (pools) return [basisPoints, all, above, `{${pools}}`];
  if (above !== null) return [basisPoints, all, above];
  if (all) return [basisPoints, all];
  return basisPoints === null ? [] : [basisPoints];
}

export function foldAccount(
  context: FoldContext,
  number: number,
  item: Item,
  command: CreateAccount | UpdateAccount,
): Decision | FailureCode {
  if (command.type === 'account.create' && !mayOpen(context, item, command)) return 'account_not_permitted';
  return command.type === 'account.create'
    ? createAccount(context, number, command)
    : updateAccount(context, number, item, command);
}

/** Without the scope for more, a client opens only accounts that give what they were given. */
const mayOpen = ({ state }: FoldContext, { actor }: Item, { kind, settings }: CreateAccount): boolean =>
  cannotCreateMoney(kind, settings) || hasScope(state, actor, 'accounts:unrestricted');

function createAccount({ state, rows }: FoldContext, number: number, command: CreateAccount): Decision {
  if (command.code !== undefined && state.account(command.code)) return refuse(command, 'code_taken');
  const id = formatId('acc', state.ledgerId, number);
  const { kind, currency, owner } = command;
  const pools = state.owners.poolsIn(owner, currency);
  const settings = pools.length === 0 ? command.settings : { ...command.settings, pools };
  const code = command.code ?? id;
  state.owners.noteAccount(owner, { id: number, currency });
  state.addAccount(accountState({ id: number, code, kind, currency, owner }, settings, NO_TOTALS, number));
  rows.rare.accounts.push([String(number), code, kind, currency, owner]);
  rows.rare.settings.push(settingRow(number, number, settings));
  return { outcome: 'done', code: '', data: payloadOf(command) };
}

/**
 * The settings after the change stand in the event, so that the stored answer is complete; where bounds change, also
 * which of them the balance stands outside of at that moment. Such a change is made all the same: a bound is a rule for
 * what moves from now on.
 */
function updateAccount(
  context: FoldContext,
  number: number,
  { actor }: Item,
  command: UpdateAccount,
): Decision | FailureCode {
  const { state, rows, at } = context;
  const account = state.accounts.get(command.account);
  if (!account) return 'not_found';
  const { kind, currency } = account.identity;
  const settings = settingsAfter(account, command, at);
  if (letsOutMore(kind, account.settings, settings) && !hasScope(state, actor, 'accounts:unrestricted'))
    return 'bounds_not_permitted';
  if (asksForLess(account.settings, settings) && !hasScope(state, actor, 'accounts:unrestricted'))
    return 'forbidden';
  const ofBounds = changesBounds(command);
  const data = {
    account: formatId('acc', state.ledgerId, command.account),
    change: settingsJson(command.change, currency),
    ...(changesAmounts(command) ? { currency } : {}),
  };
  const isEmpty =
    account.debits === account.credits && account.heldDebits === 0n && account.heldCredits === 0n;
  if (command.change.closed === true && !isEmpty) {
    return { outcome: 'refused', code: 'account_not_empty', data: canonicalJson(data) };
  }
  if (settings.floor !== null && settings.ceiling !== null && settings.floor > settings.ceiling)
    return { outcome: 'refused', code: 'floor_above_ceiling', data: canonicalJson(data) };
  if (command.change.limits) {
    // From here on is kept what holds give back.
    if (!account.limits && settings.limits)
      rows.rare.limit_marks.push([String(command.account), String(number), '0', '0']);
    account.limits = limitsAfterChange(account, settings.limits ?? [], state.time);
    state.noteLimits(account);
  }
  const waits =
    raisesCap(kind, account.settings, settings) &&
    waitBehind(context, number, account.identity.owner, command.waitSeconds);
  applySettings(account, settings, number);
  rows.rare.settings.push(settingRow(command.account, number, settings));
  return {
    outcome: 'done',
    code: '',
    data: canonicalJson({
      ...data,
      kind,
      currency,
      settings: settingsJson(settings, currency),
      ...(ofBounds ? { breached_bounds: breachedBounds(account) } : {}),
      ...(waits ? { wait_seconds: command.waitSeconds } : {}),
    }),
  };
}

function settingsAfter(account: AccountState, { change }: UpdateAccount, at: number): AccountSettings {
  const limits = change.limits ? limitsSince(account, change.limits, at) : account.settings.limits;
  return changedSettings(account.settings, change, limits);
}

export function foldLedger({ state, rows }: FoldContext, number: number, command: CreateLedger): Decision {
  if (state.names.has(command.name)) return refuse(command, 'name_taken');
  state.names.set(command.name, command.id);
  const row = [String(command.id), command.name, String(number)];
  rows.rare.ledgers.push(command.sandbox ? [...row, true] : row);
  return { outcome: 'done', code: '', data: payloadOf(command) };
}
