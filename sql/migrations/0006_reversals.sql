-- Reversals: how much of each leg of a transfer has gone back.
--
-- reversal is history, as hold is: a version is added by each event that reverses something, so that the newest row says
-- in one seek what is left. What the legs are stands in the event of the transfer; their amounts are repeated here, so that
-- the database itself refuses to reverse more than there was.

create table bahi.reversal (
  ledger_id integer not null,
  transfer_id bigint not null,
  number bigint not null,
  amounts bigint[] not null,
  reversed bigint[] not null,
  constraint reversal_pkey primary key (ledger_id, transfer_id, number),
  constraint reversal_is_after_its_transfer check (number > transfer_id),
  constraint every_leg_has_both_amounts check (cardinality(amounts) between 1 and 100
    and cardinality(reversed) = cardinality(amounts))
);
comment on table bahi.reversal is 'Versions of what was reversed of a transfer, by event number; the newest one holds. None: nothing was.';
comment on column bahi.reversal.transfer_id is 'Event of the transfer that is reversed.';
comment on column bahi.reversal.number is 'Event of the reversal that made this version.';
comment on column bahi.reversal.amounts is 'Minor units of each leg of the transfer.';
comment on column bahi.reversal.reversed is 'Minor units of each leg that were reversed so far, by this and all reversals before.';
create trigger history_is_append_only before update or delete or truncate on bahi.reversal
  for each statement execute function bahi.refuse_change();
