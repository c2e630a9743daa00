-- Effective time: when an entry counts in reports, where that is not when it was posted. A transfer without one has no row
-- here, so a ledger that dates nothing back pays nothing.
--
-- Rows are exceptions beside the entries, which stay what they are: the balance that was effective at T as known at P is
-- the posted one at T (or at P, where that is earlier) and the rows posted after T up to P whose effective time is T or before. No
-- effective time is after its posting, so there is nothing to take off.
--
-- By account and position, not by effective time: a question about T reads what was dated back since T, which is little
-- for a close of last month and does not grow with the history before it.

create table bahi.entry_effective (
  ledger_id integer not null,
  position bigint not null,
  account_id bigint not null,
  effective_at timestamptz not null,
  amount bigint not null,
  constraint entry_effective_pkey primary key (ledger_id, position, account_id),
  constraint what_is_dated_moved_money check (amount <> 0)
);
comment on table bahi.entry_effective is 'Effective times of those entries that count at another time than when they were posted.';
comment on column bahi.entry_effective.amount is 'As in the entry, so that a sum needs no other table: above zero a credit, below zero a debit, minor units.';
create index entry_effective_of_account on bahi.entry_effective (ledger_id, account_id, position) include (effective_at, amount);
create trigger history_is_append_only before update or delete or truncate on bahi.entry_effective
  for each statement execute function bahi.refuse_change();
