-- Limits: how much an account may send or take inside a window of time.
--
-- The terms are settings, so a version of the settings carries them, and the seek that reads the settings reads them as
-- well. What is used is the difference of cumulative totals that the entries carry anyway: nothing is written while money
-- moves. What entries cannot tell is how much holds gave back, which lowers their held totals and may not lower what was
-- used: limit_mark keeps that sum, a row where a hold gives something back at a limited account, and one where limits begin.

alter table bahi.account_setting add column limits jsonb;
comment on column bahi.account_setting.limits is 'Limits in force, in the order of their checks, an array each: name, direction, window, amount (minor units), count, since (microseconds), and the total of the direction at that moment as sum and count. Null: none.';
-- Tells in one seek that a ledger has none: no other index gives its order, so no plan reads all settings instead.
create index account_setting_limited on bahi.account_setting (ledger_id, number) where limits is not null;

create table bahi.limit_mark (
  ledger_id integer not null,
  account_id bigint not null,
  number bigint not null,
  released_debits bigint not null,
  released_credits bigint not null,
  constraint limit_mark_pkey primary key (ledger_id, account_id, number),
  constraint released_is_not_negative check (released_debits >= 0 and released_credits >= 0)
);
comment on table bahi.limit_mark is 'What holds gave back at accounts with limits, cumulative from the event that gave the account its first limits.';
comment on column bahi.limit_mark.number is 'Event that gave something back, or with which limits began (then both are zero).';
comment on column bahi.limit_mark.released_debits is 'Minor units that were held to be debited and were given back.';
comment on column bahi.limit_mark.released_credits is 'Minor units that were held to be credited and were given back.';
create trigger history_is_append_only before update or delete or truncate on bahi.limit_mark
  for each statement execute function bahi.refuse_change();
