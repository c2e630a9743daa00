/**
 * Folding of pools: what they are, and which accounts are in them. An account that joins or leaves gets a version of its settings.
 *
 * A refused command is an event and nothing else. Only accounts of the pool's currency are asked for, and none of an owner's pool
 * (pools/pool-accounts.ts, update-pool.ts): whatever else is asked for finds nothing. An
 * account that is in the pool already, or not in it, is taken as it is.
 */
import { canonicalJson } from '../kernel/canonical-json.ts';
import type { FailureCode, RefusalCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import { type AccountState, applySettings } from '../ledger/account.ts';
import { limitsAfterChange, limitsSince } from '../ledger/limit.ts';
import { ACCOUNT_POOLS_MAX, incomingOf, POOL_ACCOUNTS_MAX, type PoolState } from '../ledger/pool.ts';
import { type Item, payloadOf } from './command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { settingRow } from './fold-subjects.ts';
import { limitRow, termsJson } from './limit-json.ts';
import { type CreatePool, type PoolCommand, poolPayload, type UpdatePool } from './pool-command.ts';
import { hasScope, type LedgerState } from './state.ts';

export function foldPool(
  context: FoldContext,
  number: number,
  { actor }: Item,
  command: PoolCommand,
): Decision | FailureCode {
  if (!hasScope(context.state, actor, 'accounts:unrestricted')) return 'forbidden';
  return command.type === 'pool.create'
    ? createPool(context, number, command)
    : updatePool(context, number, command);
}

/** Accounts of one currency; undefined where one of them is not there. */
function accountsNamed(
  { accounts }: LedgerState,
  ids: readonly (number | undefined)[],
  currency: string,
): AccountState[] | undefined {
  const found = ids.map((id) => (id === undefined ? undefined : accounts.get(id)));
  return found.every((account): account is AccountState => account?.identity.currency === currency)
    ? found
    : undefined;
}

const idsOf = (state: LedgerState, refs: readonly string[] = []): (number | undefined)[] =>
  refs.map((ref) => state.account(ref)?.identity.id);

function createPool(context: FoldContext, number: number, command: CreatePool): Decision | FailureCode {
  const { state, at } = context;
  const { name, currency, owner } = command;
  const ids = owner === null ? idsOf(state, command.accounts) : state.owners.accountsIn(command);
  const accounts = accountsNamed(state, ids, currency);
  if (!accounts) return 'not_found';
  const refuse = (code: RefusalCode): Decision => ({ outcome: 'refused', code, data: payloadOf(command) });
  if (state.owners.poolNames.has(name)) return refuse('pool_name_taken');
  if (accounts.length > POOL_ACCOUNTS_MAX) return refuse('pool_too_large');
  if (accounts.some(isFull) || state.owners.poolsIn(owner, currency).length >= ACCOUNT_POOLS_MAX)
    return refuse('too_many_pools');
  const pool: PoolState = {
    identity: { id: number, name, currency, owner },
    terms: [],
    debits: 0n,
    credits: 0n,
    heldDebits: 0n,
    heldCredits: 0n,
    debitCount: 0,
    creditCount: 0,
    members: owner === null ? accounts.length : 0,
    counted: 0,
    changed: number,
    passedBy: number,
  };
  pool.terms = limitsSince(pool, command.limits, at);
  pool.limits = limitsAfterChange(pool, pool.terms, state.time);
  state.hasPools = true;
  state.owners.notePool(owner, name, { id: number, currency });
  state.addPool(pool);
  for (const account of accounts) setPools(context, account, number, [...poolsIn(account), number]);
  addVersion(context, pool, number, accounts, []);
  const data = canonicalJson({ ...poolPayload(command), joined: accounts.length });
  return { outcome: 'done', code: '', data };
}

function updatePool(context: FoldContext, number: number, command: UpdatePool): Decision | FailureCode {
  const { state, at } = context;
  const pool = state.pools.get(command.pool);
  if (!pool) return 'not_found';
  const { currency, name, owner } = pool.identity;
  const added = accountsNamed(state, idsOf(state, command.add), currency);
  const removed = accountsNamed(state, idsOf(state, command.remove), currency);
  if (!added || !removed || currency !== command.currency) return 'not_found';
  if (owner !== null && added.length + removed.length > 0) return 'not_found';
  const isMember = (account: AccountState): boolean => poolsIn(account).includes(command.pool);
  const joined = added.filter((account) => !isMember(account));
  const parted = removed.filter(isMember);
  const asked = changeAsked(state.ledgerId, command);
  const refuse = (code: RefusalCode): Decision => ({ outcome: 'refused', code, data: canonicalJson(asked) });
  const members = pool.members + joined.length - parted.length;
  if (members > POOL_ACCOUNTS_MAX) return refuse('pool_too_large');
  if (joined.some(isFull)) return refuse('too_many_pools');
  for (const account of inOrder([...joined, ...parted]))
    setPools(
      context,
      account,
      number,
      parted.includes(account)
        ? poolsIn(account).filter((id) => id !== command.pool)
        : [...poolsIn(account), command.pool].sort((a, b) => a - b),
    );
  if (command.limits) {
    pool.terms = limitsSince(pool, command.limits, at);
    pool.limits = limitsAfterChange(pool, pool.terms, state.time);
    state.noteLimits(pool);
  }
  if (owner === null) pool.members = members;
  pool.changed = number;
  addVersion(context, pool, number, joined, parted);
  return {
    outcome: 'done',
    code: '',
    data: canonicalJson({
      ...asked,
      name,
      ...(owner === null ? { members } : { owner }),
      joined: joined.length,
      parted: parted.length,
      limits: pool.terms.map((limit) => termsJson(limit, currency)),
    }),
  };
}

const poolsIn = ({ settings }: AccountState): readonly number[] => settings.pools ?? [];
const isFull = (account: AccountState): boolean => poolsIn(account).length >= ACCOUNT_POOLS_MAX;
const inOrder = (accounts: readonly AccountState[]): AccountState[] =>
  accounts.toSorted((a, b) => a.identity.id - b.identity.id);

function setPools(
  { rows }: FoldContext,
  account: AccountState,
  number: number,
  pools: readonly number[],
): void {
  const { pools: _, ...settings } = account.settings;
  applySettings(account, pools.length === 0 ? settings : { ...settings, pools }, number);
  rows.rare.settings.push(settingRow(account.identity.id, number, account.settings));
}

function addVersion(
  { rows }: FoldContext,
  { identity, members, terms }: PoolState,
  number: number,
  joined: readonly AccountState[],
  parted: readonly AccountState[],
): void {
  const column = (accounts: readonly AccountState[]): string =>
    `{${inOrder(accounts).map((account) => account.identity.id)}}`;
  rows.rare.pools.push([
    String(identity.id),
    String(number),
    identity.name,
    identity.currency,
    identity.owner,
    column(joined),
    column(parted),
    String(members),
    terms.map(limitRow),
  ]);
}

/** After a batch whose events follow `head`: what each pool has counted that counted something in it. */
export function addPoolTotals({ state, rows }: FoldContext, head: number): void {
  const { counted } = state.pools;
  if (counted.size === 0) return;
  const pools = [...counted].filter((pool) => pool.counted > head);
  for (const pool of pools.sort((a, b) => a.identity.id - b.identity.id))
    rows.rare.pool_totals.push([
      String(pool.identity.id),
      String(pool.counted),
      String(pool.debits),
      String(incomingOf(pool)),
      String(pool.credits),
      String(pool.debitCount),
      String(pool.creditCount),
    ]);
  counted.clear();
}

/** What is asked of a pool, as its events say it. */
export const changeAsked = (ledgerId: number, command: UpdatePool) => ({
  pool: formatId('pol', ledgerId, command.pool),
  change: poolPayload(command),
  currency: command.currency,
});
