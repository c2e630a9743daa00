/**
 * What a batch needs from the database: what its items name and the memory of its ledger does not hold.
 */
import { INSTALLATION_LEDGER, isAccountId, parseId } from '../kernel/id.ts';
import { changesBounds, type Item } from './command.ts';
import { accountsOf, isPoolCommand } from './pool-command.ts';
import type { LedgerState } from './state.ts';

export interface Wanted {
  readonly accounts: number[];
  /** Accounts whose identity and settings memory has: read in a third of the time, since two processes ask for many. */
  readonly totals: number[];
  readonly codes: string[];
  readonly keys: string[];
  readonly apiKeys: number[];
  readonly names: string[];
  /** Transfers that may be holds, which are read with the accounts of their legs, or scheduled. */
  readonly holds: number[];
  /** Operators by number or by name; only the installation's log asks. */
  readonly operators: string[];
  /** Pools that memory lacks, of accounts that it has. */
  readonly pools: number[];
}

export const NOTHING: Wanted = {
  accounts: [],
  totals: [],
  codes: [],
  keys: [],
  apiKeys: [],
  names: [],
  holds: [],
  operators: [],
  pools: [],
};

export const isNothing = (wanted: Wanted): boolean =>
  wanted.accounts.length +
    wanted.totals.length +
    wanted.codes.length +
    wanted.keys.length +
    wanted.apiKeys.length +
    wanted.names.length +
    wanted.holds.length +
    wanted.operators.length +
    wanted.pools.length ===
  0;

/**
 * What these items need and memory does not hold. Keys are looked up only on request, since the unique index
 * decides, and wherever a wrong answer would store nothing.
 * `fresh` asks for accounts and holds in memory as well, since others may have changed them.
 */
export function wantedBy(
  state: LedgerState,
  items: readonly Item[],
  withKeys: boolean,
  fresh: boolean,
): Wanted {
  const accounts = new Set<number>();
  const totals = new Set<number>();
  const codes = new Set<string>();
  const keys = new Set<string>();
  const apiKeys = new Set<number>();
  const names = new Set<string>();
  const holds = new Set<number>();
  const operators = new Set<string>();
  const pools = new Set<number>();
  const wantAccount = (id: number): void => {
    const known = state.accounts.get(id);
    if (state.hasPools)
      for (const pool of (known ?? state.outdated.get(id))?.settings.pools ?? []) wantPool(pool);
    if (known && !fresh) return;
    // What limits have used is read with the rest of the account.
    if (known ? !known.limits : state.outdated.has(id)) totals.add(id);
    else if (!state.isAbsent(`account ${id}`)) accounts.add(id);
  };
  const wantPool = (id: number): void => {
    if (fresh || !state.pools.has(id)) pools.add(id);
  };
  const wantRef = (ref: string): void => {
    if (isAccountId(ref)) {
      const id = parseId('acc', state.ledgerId, ref);
      if (id !== undefined) wantAccount(id);
      return;
    }
    const id = state.codes.get(ref);
    if (id !== undefined) wantAccount(id);
    else if (!state.isAbsent(`code ${ref}`)) codes.add(ref);
  };
  const wantApiKey = (id: number): void => {
    if (!state.apiKeys.has(id) && !state.isAbsent(`api key ${id}`)) apiKeys.add(id);
  };
  // What is not there is asked for each time: a transfer that is posted meanwhile would have to take back the mark.
  const wantHold = (id: number): void => {
    const hold = state.hold(id);
    if (hold === undefined || (hold !== null && fresh)) holds.add(id);
    for (const { debit, credit } of hold?.legs ?? []) {
      wantAccount(debit);
      wantAccount(credit);
    }
  };
  // No index refuses a wrong answer that stores nothing: a group that memory knows in part may be stored whole, the
  // key that is found revoked may have been revoked by this very command, as a hold that has ended may have expired by
  // it and a schedule been executed by it, and an account that this API key may not open (or whose bounds it may not
  // change) may have been opened under another key of the same client, as may an adjustment have been posted, or
  // the books closed; what a factor's code did once it does no second time; the proposal
  // that is found decided may have been decided by this very item; and a group may be older than the policy that keeps it out.
  const isDoubtful = ({ command, actor, group, key, decides }: Item): boolean =>
    command.type === 'key.revoke' ||
    (command.type === 'transfer.expire' && state.hold(command.hold)?.status !== 'held') ||
    (command.type === 'transfer.execute' && state.schedules.get(command.schedule)?.status !== 'scheduled') ||
    ((command.type === 'account.create' || isPoolCommand(command)) && actor.apiKey !== undefined) ||
    (command.type === 'account.update' && actor.apiKey !== undefined && changesBounds(command)) ||
    ((command.type === 'transfer.adjust' || command.type === 'period.close') && actor.apiKey !== undefined) ||
    'customer' in command ||
    decides !== undefined ||
    (group !== undefined && (state.policy !== undefined || state.results.has(key)));
  // So are all commands about operators: what was decided once would be decided otherwise the second time.
  const lookUp = withKeys || state.ledgerId === INSTALLATION_LEDGER || items.some(isDoubtful);
  for (const { command, actor, key, decides } of items) {
    if (lookUp && !state.results.has(key) && !state.isAbsentKey(key)) keys.add(key);
    if (actor.apiKey !== undefined) wantApiKey(actor.apiKey);
    if (decides !== undefined) {
      const { apiKey } = state.proposals.get(decides)?.proposer ?? {};
      if (apiKey !== undefined) wantApiKey(apiKey);
    }
    const transfer = command.type === 'transfer.execute' ? command.transfer : command;
    if ('schedule' in command && (fresh || !state.schedules.has(command.schedule)))
      holds.add(command.schedule);
    if (transfer.type === 'transfer.create' || transfer.type === 'transfer.adjust') {
      for (const leg of transfer.legs) {
        wantRef(leg.debit);
        wantRef(leg.credit);
      }
      if (transfer.exchange) wantRef(transfer.exchange.roundingAccount);
    } else if (command.type === 'account.create') {
      if (command.code !== undefined) wantRef(command.code);
      // What stands behind it in its batch may name it.
      for (const pool of state.owners.poolsIn(command.owner, command.currency)) wantPool(pool);
    } else if (command.type === 'account.update') wantAccount(command.account);
    else if (isPoolCommand(command)) {
      for (const ref of accountsOf(command)) wantRef(ref);
      if (command.type === 'pool.update') wantPool(command.pool);
      else for (const id of state.owners.accountsIn(command)) wantAccount(id);
    } else if ('apiKey' in command) wantApiKey(command.apiKey);
    else if ('hold' in command) wantHold(command.hold);
    else if (command.type === 'transfer.reverse') {
      for (const { debit, credit } of state.originals.get(command.transfer)?.legs ?? []) {
        wantAccount(debit);
        wantAccount(credit);
      }
    } else if ('operator' in command) {
      for (const id of new Set([command.operator, actor.operator ?? command.operator]))
        if (fresh || !state.operators.has(id)) operators.add(String(id));
    } else if (command.type === 'operator.create') {
      if (!state.operatorNames.has(command.name)) operators.add(command.name);
    } else if (command.type === 'ledger.create' && !state.names.has(command.name)) names.add(command.name);
  }
  return {
    accounts: [...accounts],
    totals: [...totals],
    codes: [...codes],
    keys: [...keys],
    apiKeys: [...apiKeys],
    names: [...names],
    holds: [...holds],
    operators: [...operators],
    pools: [...pools],
  };
}

/**
 * Transfers that are to be reversed and are not in memory: read before all else, since their accounts are wanted then.
 * What is not there is asked for each time, as with holds.
 */
export function wantedOriginals(state: LedgerState, items: readonly Item[]): number[] {
  const wanted = new Set<number>();
  for (const { command } of items)
    if (command.type === 'transfer.reverse' && !state.originals.has(command.transfer))
      wanted.add(command.transfer);
  return [...wanted];
}

/**
 * Owners and names of pools that memory lacks: read before all else where a pool is created, since its accounts are wanted then,
 * or an account of an owner is opened in a ledger with pools. Undefined: nothing is.
 */
export function wantedOwners(state: LedgerState, items: readonly Item[]): WantedOwners | undefined {
  const owners = new Set<string>();
  const names = new Set<string>();
  for (const { command } of items) {
    if (command.type !== 'pool.create' && (command.type !== 'account.create' || !state.hasPools)) continue;
    if (command.owner !== null && !state.owners.has(command.owner)) owners.add(command.owner);
    if (command.type === 'pool.create' && !state.owners.poolNames.has(command.name)) names.add(command.name);
  }
  return owners.size + names.size === 0 ? undefined : { owners: [...owners], names: [...names] };
}

export interface WantedOwners {
  readonly owners: string[];
  readonly names: string[];
}
