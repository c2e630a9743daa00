-- A version of an account's settings repeats what never changes about the account, so that one seek finds both.
--
-- The fold reads the accounts that memory lacks by code or by id, a batch at a time. Each was three index seeks: account,
-- newest settings, newest entry. Now it is two, always: the newest version of the settings, found under either name, and
-- the newest entry. It does not matter how often settings were changed, nor how many accounts there are.
-- Not chosen: the first settings in the row of the account. Whether later ones exist, only the index of versions could
-- tell, which is the third seek again; a mark on the newest entry would not know of a change made after that entry.
--
-- `account` stays what it was: one row each, unique by code, what lists go by. account_append makes the versions from it,
-- and the verifier holds one against the other.
--
-- While it runs, reads go on; whatever appends settings waits for the copy. Settings without an account stop it: they are
-- a damage that must not vanish.

lock table bahi.account_setting in share mode;

create table bahi.account_setting_next (
  ledger_id integer not null,
  account_id bigint not null,
  number bigint not null,
  code text collate "C" not null,
  kind text collate "C" not null,
  currency text collate "C" not null,
  owner uuid,
  floor bigint,
  ceiling bigint,
  debits_frozen boolean not null,
  credits_frozen boolean not null,
  closed boolean not null,
  constraint floor_is_not_above_ceiling check (floor <= ceiling)
);
insert into bahi.account_setting_next (ledger_id, account_id, number, code, kind, currency, owner,
  floor, ceiling, debits_frozen, credits_frozen, closed)
select s.ledger_id, s.account_id, s.number, a.code, a.kind, a.currency, a.owner,
  s.floor, s.ceiling, s.debits_frozen, s.credits_frozen, s.closed
from bahi.account_setting s
left join bahi.account a on a.ledger_id = s.ledger_id and a.account_id = s.account_id
order by s.ledger_id, s.number, s.account_id;
alter table bahi.account_setting_next add constraint account_setting_next_pkey primary key (ledger_id, account_id, number);
create index account_setting_code on bahi.account_setting_next (ledger_id, code, number);

-- Bound to the table; it comes back with the functions.
drop function if exists bahi.log_tally(integer, bigint);
drop table bahi.account_setting;
alter table bahi.account_setting_next rename to account_setting;
alter table bahi.account_setting rename constraint account_setting_next_pkey to account_setting_pkey;

comment on table bahi.account_setting is 'Versions of an account''s settings by event number, each with what never changes about the account; the newest one holds.';
comment on column bahi.account_setting.code is 'As in account, like kind, currency and owner: repeated so that one seek reads all but the totals.';
comment on column bahi.account_setting.floor is 'Least that the balance less outgoing holds may reach, minor units on the normal side; null: none.';
comment on column bahi.account_setting.ceiling is 'Most that the balance plus incoming holds may reach, minor units on the normal side; null: none.';
create trigger history_is_append_only before update or delete or truncate on bahi.account_setting
  for each statement execute function bahi.refuse_change();

comment on column bahi.event.key is 'Of 16 bytes: hash over client, operation, path ids and the client''s idempotency key; of keys that are ordered by themselves (UUIDv7, numbered), the first 6 keep the order.';
