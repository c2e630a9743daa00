-- Sandbox ledgers: for integrators, with a clock that can be moved forward and amounts that provoke each outcome.
--
-- A ledger is one from its creation on or never: the column is history, as the whole row. Where its clock stands is the
-- newest row of sandbox_clock, an event of the ledger's own log each; without one it is the database's clock. Live ledgers
-- have no row there, and ledger_append refuses one.

alter table bahi.ledger add column sandbox boolean not null default false;
comment on column bahi.ledger.sandbox is 'True: no money is meant by it, its clock can be moved, and its API keys are test keys. Never changes.';
create index ledger_sandbox on bahi.ledger (ledger_id) where sandbox;

create table bahi.sandbox_clock (
  ledger_id integer not null,
  number bigint not null,
  ahead_micros bigint not null,
  constraint sandbox_clock_pkey primary key (ledger_id, number),
  constraint clock_is_of_a_ledger foreign key (ledger_id) references bahi.ledger (ledger_id),
  constraint clock_is_ahead check (ahead_micros > 0)
);
comment on table bahi.sandbox_clock is 'By how much the clock of a sandbox ledger is ahead of the database''s, by event number; the newest one holds.';
comment on column bahi.sandbox_clock.ahead_micros is 'Microseconds in all, not since the move before.';
create trigger history_is_append_only before update or delete or truncate on bahi.sandbox_clock
  for each statement execute function bahi.refuse_change();
