-- The first schema: logs of numbered events, accounts, entries, API keys.
--
-- Every table is append-only. The newest entry of an account is its balance, the newest batch of a ledger is its
-- head; nothing is ever updated, so an old snapshot (an export, a backup) costs the posters nothing.
-- ledger_id leads every key: a ledger is the unit of isolation, of serial order and of distribution.
-- No foreign keys on events and entries (they cost 39 % of throughput): the verifier checks those references.

create function bahi.refuse_change() returns trigger language plpgsql set search_path = bahi, pg_temp as $$
begin
  raise exception '% on % is refused: history is append-only', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
comment on function bahi.refuse_change() is 'Trigger on every table of history: blocks UPDATE, DELETE and TRUNCATE, the owner''s included.';

create table bahi.installation (
  one boolean not null default true,
  installation_id uuid not null default gen_random_uuid(),
  created_at timestamptz not null default now(),
  constraint installation_pkey primary key (one),
  constraint there_is_one_installation check (one)
);
comment on table bahi.installation is 'This installation''s random id, part of every link: a log cannot be moved to another installation unnoticed.';
insert into bahi.installation default values;

create table bahi.link_key (
  version smallint not null,
  check_value bytea not null,
  created_at timestamptz not null default now(),
  constraint link_key_pkey primary key (version),
  constraint check_value_is_a_sha256 check (length(check_value) = 32)
);
comment on table bahi.link_key is 'Which engine keys made the links of this installation, so that a process with another master key does not start.';
comment on column bahi.link_key.check_value is 'HMAC-SHA-256 of the installation''s id under the key; tells nothing about the key itself.';

create table bahi.ledger (
  ledger_id integer not null,
  name text collate "C" not null,
  number bigint not null,
  created_at timestamptz not null default now(),
  constraint ledger_pkey primary key (ledger_id),
  constraint ledger_name_is_unique unique (name),
  constraint ledger_id_is_not_negative check (ledger_id >= 0),
  constraint ledger_name_is_a_token check (name ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$')
);
comment on table bahi.ledger is 'One book each: unit of isolation and serial order. The row is only ever locked. Ledger 0 is the installation''s own log.';
comment on column bahi.ledger.ledger_id is 'Random, so that ids tell nothing about other tenants; 0 for the installation.';
comment on column bahi.ledger.number is 'Event of the installation log that created the ledger.';
insert into bahi.ledger (ledger_id, name, number) values (0, 'installation', 0);

create table bahi.batch (
  ledger_id integer not null,
  last_number bigint not null,
  first_number bigint not null,
  at timestamptz not null,
  link bytea not null,
  key_version smallint not null,
  touched bigint[] not null,
  constraint batch_pkey primary key (ledger_id, last_number),
  constraint batch_is_not_empty check (last_number >= first_number and first_number > 0),
  constraint link_is_a_sha256 check (length(link) = 32)
);
alter table bahi.batch alter column touched set storage external;
comment on table bahi.batch is 'One append each. The newest row is the head of its log; its link authenticates the whole chain of batches.';
comment on column bahi.batch.link is 'HMAC-SHA-256 over installation, ledger, previous link, numbers, time and every row appended; the key stands outside the database.';
comment on column bahi.batch.key_version is 'Version of the engine key that made the link.';
comment on column bahi.batch.touched is 'Subjects (accounts, API keys) whose state the batch changed: what another process must forget.';

create table bahi.event (
  ledger_id integer not null,
  number bigint not null,
  at timestamptz not null,
  type text collate "C" not null,
  code text collate "C",
  key uuid not null,
  fingerprint bytea not null,
  leaf_hash bytea not null,
  body text collate "C" not null,
  constraint event_pkey primary key (ledger_id, number),
  constraint number_is_positive check (number > 0),
  constraint fingerprint_is_a_sha256 check (length(fingerprint) = 32),
  constraint leaf_hash_is_a_sha256 check (length(leaf_hash) = 32)
);
alter table bahi.event alter column body set storage external;
comment on table bahi.event is 'The log: who did what, when, with what outcome. One leaf of the audit log each.';
comment on column bahi.event.number is 'Gapless from 1 in each ledger, in commit order.';
comment on column bahi.event.code is 'Null when the command was carried out; otherwise the code of the refusal, final for its key.';
comment on column bahi.event.key is 'First 16 bytes of SHA-256 over client, operation, path ids and the client''s idempotency key.';
comment on column bahi.event.fingerprint is 'SHA-256 of the canonical command: the same key with another fingerprint is refused.';
comment on column bahi.event.leaf_hash is 'RFC 6962 leaf: SHA-256(0x00 || body).';
comment on column bahi.event.body is 'Canonical JSON (RFC 8785), schema versioned; the stored answer is rendered from it. No personal data.';
create unique index event_key_is_used_once on bahi.event (ledger_id, key);
create index event_refused on bahi.event (ledger_id, number) where code is not null;

create table bahi.account (
  ledger_id integer not null,
  account_id bigint not null,
  code text collate "C" not null,
  kind text collate "C" not null,
  currency text collate "C" not null,
  owner uuid,
  constraint account_pkey primary key (ledger_id, account_id),
  constraint account_code_is_unique_in_its_ledger unique (ledger_id, code),
  constraint account_is_of_a_ledger foreign key (ledger_id) references bahi.ledger (ledger_id),
  constraint account_is_not_of_the_installation check (ledger_id > 0),
  constraint kind_is_known check (kind in ('asset', 'liability', 'equity', 'income', 'expense')),
  constraint currency_is_three_letters check (currency ~ '^[A-Z]{3}$'),
  constraint code_is_a_token check (code ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$')
);
comment on table bahi.account is 'What never changes about an account. Named by the number of the event that created it.';
comment on column bahi.account.owner is 'Random id of the customer; no personal data. Null for the bank''s own accounts.';
comment on column bahi.account.code is 'The client''s own name for it; the account''s public id where the client gave none.';
create index account_owner on bahi.account (ledger_id, owner, account_id) where owner is not null;

create table bahi.account_setting (
  ledger_id integer not null,
  account_id bigint not null,
  number bigint not null,
  floor bigint,
  ceiling bigint,
  debits_frozen boolean not null,
  credits_frozen boolean not null,
  closed boolean not null,
  constraint account_setting_pkey primary key (ledger_id, account_id, number),
  constraint floor_is_not_above_ceiling check (floor <= ceiling)
);
comment on table bahi.account_setting is 'Versions of an account''s settings by event number; the newest one holds.';
comment on column bahi.account_setting.floor is 'Least that the balance less outgoing holds may reach, minor units on the normal side; null: none.';
comment on column bahi.account_setting.ceiling is 'Most that the balance plus incoming holds may reach, minor units on the normal side; null: none.';

create table bahi.entry (
  account_id bigint not null,
  position bigint not null,
  amount bigint not null,
  debits bigint not null,
  credits bigint not null,
  held_debits bigint not null,
  held_credits bigint not null,
  ledger_id integer not null,
  debit_count integer not null,
  credit_count integer not null,
  refused_count integer not null,
  version integer not null,
  net_min bigint,
  net_max bigint,
  constraint entry_pkey primary key (ledger_id, account_id, position),
  constraint totals_are_not_negative check (debits >= 0 and credits >= 0 and held_debits >= 0 and held_credits >= 0),
  constraint version_is_positive check (version > 0),
  constraint available_not_below_floor check (net_min is null or credits - debits - held_debits >= net_min),
  constraint available_not_above_ceiling check (net_max is null or credits - debits + held_credits <= net_max)
);
comment on table bahi.entry is 'One change of one account''s state with the cumulative totals after it. The newest entry of an account is its balance.';
comment on column bahi.entry.position is 'Event number * 256 + leg: total order inside the ledger.';
comment on column bahi.entry.amount is 'Minor units: above zero a credit, below zero a debit, zero a counted refusal.';
comment on column bahi.entry.debits is 'Cumulative debits after this entry, minor units.';
comment on column bahi.entry.held_debits is 'Reserved to be debited after this entry, minor units.';
comment on column bahi.entry.debit_count is 'Transfers that debited the account so far (by transfer, not by leg).';
comment on column bahi.entry.refused_count is 'Refused transfers that would have debited the account so far.';
comment on column bahi.entry.version is 'Ordinal of this entry in its account, from 1 without gaps.';
comment on column bahi.entry.net_min is 'Bound in force when the entry lowered credits minus debits; null: none. (A floor of a credit-normal account, minus a ceiling of a debit-normal one.)';
comment on column bahi.entry.net_max is 'Bound in force when the entry raised credits minus debits; null: none.';

create table bahi.transfer_search (
  ledger_id integer not null,
  field text collate "C" not null,
  value text collate "C" not null,
  number bigint not null,
  constraint transfer_search_pkey primary key (ledger_id, field, value, number)
);
comment on table bahi.transfer_search is 'Finds transfers by reference (field reference) and by metadata (field metadata.<name>); a row only where the client gave one.';

create table bahi.api_key (
  ledger_id integer not null,
  key_id bigint not null,
  client text collate "C" not null,
  prefix text collate "C" not null,
  secret_hash bytea not null,
  scopes text[] not null,
  expires_at timestamptz,
  constraint api_key_pkey primary key (ledger_id, key_id),
  constraint api_key_prefix_is_unique unique (prefix),
  constraint api_key_is_of_a_ledger foreign key (ledger_id) references bahi.ledger (ledger_id),
  constraint secret_hash_is_a_sha256 check (length(secret_hash) = 32)
);
comment on table bahi.api_key is 'Credentials of clients: one ledger each (0: the installation). The secret itself is stored nowhere.';
comment on column bahi.api_key.secret_hash is 'SHA-256 of the whole key; it has 130 random bits, so a slow hash would add nothing.';
comment on column bahi.api_key.client is 'The banking app that holds the key; idempotency keys belong to it and survive rotation.';

create table bahi.api_key_revocation (
  ledger_id integer not null,
  key_id bigint not null,
  number bigint not null,
  constraint api_key_revocation_pkey primary key (ledger_id, key_id),
  constraint revocation_is_of_a_key foreign key (ledger_id, key_id) references bahi.api_key (ledger_id, key_id)
);
comment on table bahi.api_key_revocation is 'A key with a row here is dead, from the event of that number on.';

do $$
declare t text;
begin
  foreach t in array array['installation','link_key','ledger','batch','event','account','account_setting','entry','transfer_search','api_key','api_key_revocation'] loop
    execute format('create trigger history_is_append_only before update or delete or truncate on bahi.%I for each statement execute function bahi.refuse_change()', t);
  end loop;
end $$;
