-- Holds: amounts that are reserved and end captured, voided or expired.
--
-- hold is history, as all else: a version of it is added by each event that changes it, and repeats everything, so that the
-- fold finds a hold it does not remember in one seek, whatever became of it.
--
-- hold_open is the one table that is not history: the holds that are open now, by the time at which they expire, for the
-- sweeper. Out of the versions that question would be answered by looking at all of them. It is written by the append, in
-- the statement that writes the version, and can be made again from the versions at any time; the verifier holds one
-- against the other. Nothing decides by it: the fold refuses an expired hold whether or not it was swept.

create table bahi.hold (
  ledger_id integer not null,
  hold_id bigint not null,
  number bigint not null,
  status text collate "C" not null,
  expires_at timestamptz not null,
  debits bigint[] not null,
  credits bigint[] not null,
  currencies text[] collate "C" not null,
  amounts bigint[] not null,
  captured bigint[] not null,
  constraint hold_pkey primary key (ledger_id, hold_id, number),
  constraint version_is_not_before_the_hold check (number >= hold_id),
  constraint hold_status_is_known check (status in ('held', 'posted', 'voided', 'expired')),
  constraint every_leg_has_all_columns check (cardinality(debits) between 1 and 100
    and cardinality(credits) = cardinality(debits) and cardinality(currencies) = cardinality(debits)
    and cardinality(amounts) = cardinality(debits) and cardinality(captured) = cardinality(debits))
);
comment on table bahi.hold is 'Versions of a hold by event number, each with all there is to know of it; the newest one holds.';
comment on column bahi.hold.hold_id is 'Event of the transfer that placed it.';
comment on column bahi.hold.number is 'Event that made this version: the placement, a capture, the void or the expiry.';
comment on column bahi.hold.debits is 'Payer of each leg, by number of the account.';
comment on column bahi.hold.credits is 'Payee of each leg.';
comment on column bahi.hold.amounts is 'Minor units of each leg.';
comment on column bahi.hold.captured is 'Minor units of each leg that were captured so far; what is left is held while the status is held.';
create trigger history_is_append_only before update or delete or truncate on bahi.hold
  for each statement execute function bahi.refuse_change();

create table bahi.hold_open (
  ledger_id integer not null,
  hold_id bigint not null,
  expires_at timestamptz not null,
  constraint hold_open_pkey primary key (ledger_id, hold_id)
);
comment on table bahi.hold_open is 'Holds that are open now: made from hold, written by the append, read by the sweeper. The only table whose rows go.';
create index hold_open_expiry on bahi.hold_open (expires_at, ledger_id, hold_id);
