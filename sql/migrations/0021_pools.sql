-- Pools: limits over several accounts together, all accounts of one customer among them.
--
-- Which pools an account is in is a setting of the account, so the seek that reads its settings reads them as well; what a pool is,
-- and its limits, are versions of the pool. What entries cannot tell is what left or entered all of its accounts together:
-- pool_total keeps that, one row a pool and batch that counted something, since all events of a batch have one time.
-- A server of the version before counts in no pool: pools are created when all servers are of this one.

alter table bahi.account_setting add column pools bigint[];
comment on column bahi.account_setting.pools is 'Pools that the account is in, ascending. Null: none.';
comment on column bahi.account_setting.limits is 'Limits in force, in the order of their checks, an array each: name, direction, window, amount (minor units), count, since (microseconds), and the total of the direction at that moment as sum and count; where the window slides, a ninth member, what had moved by then. Null: none.';

create table bahi.pool (
  ledger_id integer not null,
  pool_id bigint not null,
  number bigint not null,
  name text collate "C" not null,
  currency text collate "C" not null,
  owner uuid,
  joined bigint[] not null,
  parted bigint[] not null,
  members integer not null,
  limits jsonb not null,
  constraint pool_pkey primary key (ledger_id, pool_id, number),
  constraint pool_is_of_a_ledger foreign key (ledger_id) references bahi.ledger (ledger_id),
  constraint pool_is_not_of_the_installation check (ledger_id > 0),
  constraint currency_is_three_letters check (currency ~ '^[A-Z]{3}$'),
  constraint name_is_a_token check (name ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$'),
  constraint members_are_not_negative check (members >= 0),
  constraint limits_are_a_list check (jsonb_typeof(limits) = 'array')
);
comment on table bahi.pool is 'Versions of pools by event number; the newest one holds. Named by the number of the event that created it.';
comment on column bahi.pool.owner is 'Every account of this owner in the currency is in the pool, present and to come; null: the pool lists its accounts.';
comment on column bahi.pool.joined is 'Accounts that joined by this event, ascending.';
comment on column bahi.pool.parted is 'Accounts that left by this event, ascending.';
comment on column bahi.pool.members is 'How many accounts the pool lists after this event; zero where it has an owner.';
comment on column bahi.pool.limits is 'As account_setting.limits, of what the pool has counted.';
-- The first version creates the pool.
create unique index pool_name_is_unique_in_its_ledger on bahi.pool (ledger_id, name) where number = pool_id;
create index pool_creation on bahi.pool (ledger_id, pool_id) where number = pool_id;
create index pool_owner on bahi.pool (ledger_id, owner, pool_id) where number = pool_id and owner is not null;
create trigger history_is_append_only before update or delete or truncate on bahi.pool
  for each statement execute function bahi.refuse_change();

create table bahi.pool_total (
  ledger_id integer not null,
  pool_id bigint not null,
  number bigint not null,
  outgoing numeric(24, 0) not null,
  incoming numeric(24, 0) not null,
  credited numeric(24, 0) not null,
  out_count bigint not null,
  in_count bigint not null,
  constraint pool_total_pkey primary key (ledger_id, pool_id, number),
  constraint totals_are_not_negative check (outgoing >= 0 and incoming >= 0 and credited >= 0 and out_count >= 0 and in_count >= 0)
);
comment on table bahi.pool_total is 'What pools have counted, cumulative, a row a pool and batch that counted something; more than a bigint, since a pool adds up accounts.';
comment on column bahi.pool_total.number is 'Last event of the batch that counted something.';
comment on column bahi.pool_total.outgoing is 'Minor units that left the accounts of the pool together, or are held to: a hold counts by all of it when it is placed.';
comment on column bahi.pool_total.incoming is 'Minor units that came into them, or are held to.';
comment on column bahi.pool_total.credited is 'Minor units that were credited to them: what lowers a net limit.';
comment on column bahi.pool_total.out_count is 'Transfers that outgoing counts.';
comment on column bahi.pool_total.in_count is 'Transfers that incoming counts.';
create trigger history_is_append_only before update or delete or truncate on bahi.pool_total
  for each statement execute function bahi.refuse_change();
