/**
 * The ledger that one would write first: an account row with its balance, a transfer row, two entry rows; no events, no
 * hashes, no totals. The transfer's key is its primary key, so a key is used once; a check keeps the balance at zero or
 * above. No foreign keys, room for updates in place: every choice is the faster one for this design.
 */
import type { Sql } from '../../src/db/connect.ts';
import { assert } from '../../src/kernel/assert.ts';
import { type Intent, intents, type Load } from '../engine/loads.ts';
import { randomNumbers, uuidsV7 } from '../random.ts';
import { OPENING_UNITS } from '../workload.ts';

const KEYS_FROM_MS = Date.UTC(2026, 5, 1);

export async function createPlainLedger(owner: Sql, accounts: number): Promise<void> {
  await owner`create schema plain`;
  await owner`create table plain.account (
    id integer primary key, balance bigint not null, constraint balance_not_below_zero check (balance >= 0)
  ) with (fillfactor = 50)`;
  await owner`create table plain.transfer (
    id uuid primary key, debit integer not null, credit integer not null, amount bigint not null, at timestamptz not null default now())`;
  await owner`create table plain.entry (
    account integer not null, id bigint generated always as identity, transfer uuid not null, amount bigint not null,
    primary key (account, id))`;
  await owner`create function plain.transfer_post(p_id uuid, p_debit integer, p_credit integer, p_amount bigint) returns void
    language plpgsql as $$
    begin
      insert into plain.transfer (id, debit, credit, amount) values (p_id, p_debit, p_credit, p_amount);
      if p_debit < p_credit then
        update plain.account set balance = balance - p_amount where id = p_debit;
        update plain.account set balance = balance + p_amount where id = p_credit;
      else
        update plain.account set balance = balance + p_amount where id = p_credit;
        update plain.account set balance = balance - p_amount where id = p_debit;
      end if;
      insert into plain.entry (account, transfer, amount) values (p_debit, p_id, -p_amount), (p_credit, p_id, p_amount);
    end $$`;
  await owner`insert into plain.account (id, balance) select i, ${OPENING_UNITS * 100}::bigint
    from generate_series(0, ${accounts - 1}::integer) as i`;
  await owner`vacuum (analyze) plain.account`;
}

export interface PlainTransfer {
  readonly key: string;
  readonly debit: number;
  readonly credit: number;
  readonly amount: number;
}

/** The load as rows; a key of version 7 each. */
export function plainTransfers(load: Load): () => PlainTransfer {
  const next = intents(load);
  const keys = uuidsV7(randomNumbers(load.seed), KEYS_FROM_MS);
  return () => {
    const [leg] = next().legs as [Intent['legs'][number]];
    return { key: keys(), debit: leg.debit, credit: leg.credit, amount: leg.units * 100 };
  };
}

/** Fails unless so many transfers are stored, twice as many entries, and every balance is the sum of its entries. */
export async function checkPlainLedger(owner: Sql, transfers: number): Promise<void> {
  const [row] = await owner<{ transfers: number; entries: number; wrong: number }[]>`
    select (select count(*) from plain.transfer)::integer as transfers, (select count(*) from plain.entry)::integer as entries,
      (select count(*) from plain.account a left join (
          select account, sum(amount) as moved from plain.entry group by account
        ) e on e.account = a.id
        where a.balance <> ${OPENING_UNITS * 100}::bigint + coalesce(e.moved, 0))::integer as wrong`;
  assert(
    row?.transfers === transfers && row.entries === 2 * transfers && row.wrong === 0,
    `the plain ledger holds ${transfers} transfers (${JSON.stringify(row)})`,
  );
}
