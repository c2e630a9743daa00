-- Period close: up to which moment the books of a ledger are closed, and with which balance each account is carried forward.
--
-- A close is one row. From its event on nothing is posted that counts before closed_until (the fold refuses it), so the
-- balance that an account had by effective time just before that moment never changes again, and may be written down at
-- leisure: events of the engine (period.carry) do it behind the close, some hundred accounts each, in the order of accounts.
-- A row of carried_balance stands for every account whose balance is another than the one it was last carried forward with.

create table bahi.period (
  ledger_id integer not null,
  number bigint not null,
  closed_until timestamptz not null,
  constraint period_pkey primary key (ledger_id, number),
  constraint period_is_of_a_ledger foreign key (ledger_id) references bahi.ledger (ledger_id),
  constraint moment_is_closed_once unique (ledger_id, closed_until)
);
comment on table bahi.period is 'Closes of the books of a ledger, by event number.';
comment on column bahi.period.closed_until is 'The first moment that is still open: what counts before it is posted no more.';

create table bahi.period_progress (
  ledger_id integer not null,
  period_number bigint not null,
  number bigint not null,
  carried_to bigint not null,
  accounts bigint not null,
  last boolean not null,
  constraint period_progress_pkey primary key (ledger_id, period_number, number),
  constraint progress_is_of_a_period foreign key (ledger_id, period_number) references bahi.period (ledger_id, number),
  constraint progress_is_behind_its_close check (number > period_number)
);
comment on table bahi.period_progress is 'How far the balances of a close have been carried forward, by event number; the newest row holds.';
comment on column bahi.period_progress.carried_to is 'Number of the last account that was looked at.';
comment on column bahi.period_progress.accounts is 'Balances carried forward so far.';
comment on column bahi.period_progress.last is 'True: nothing is left to carry forward.';
create unique index progress_is_of_one_event on bahi.period_progress (ledger_id, number);
create unique index period_is_carried_once on bahi.period_progress (ledger_id, period_number) where last;

create table bahi.carried_balance (
  ledger_id integer not null,
  account_id bigint not null,
  period_number bigint not null,
  number bigint not null,
  debits bigint not null,
  credits bigint not null,
  constraint carried_balance_pkey primary key (ledger_id, account_id, period_number)
);
comment on table bahi.carried_balance is 'What counts before a close, of each account for which that is not what it was carried forward with before. The newest row up to a close holds.';
comment on column bahi.carried_balance.number is 'Number of the event that carried it forward.';
comment on column bahi.carried_balance.debits is 'Cumulative since the account was opened, by effective time, minor units.';
create index carried_balance_of_event on bahi.carried_balance (ledger_id, number, account_id);

-- For balances that are read from the last one carried forward: what counts from one moment to another.
create index entry_effective_by_time on bahi.entry_effective (ledger_id, account_id, effective_at, position) include (amount);

create trigger history_is_append_only before update or delete or truncate on bahi.period
  for each statement execute function bahi.refuse_change();
create trigger history_is_append_only before update or delete or truncate on bahi.period_progress
  for each statement execute function bahi.refuse_change();
create trigger history_is_append_only before update or delete or truncate on bahi.carried_balance
  for each statement execute function bahi.refuse_change();
