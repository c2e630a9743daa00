-- Generated from the catalog of a migrated database by `npm run schema`: do not edit.
-- Tables with their constraints, indexes and triggers; then the functions, whose bodies stand in sql/functions/ (named here
-- by the first 16 digits of SHA-256 over the body); then all privileges in force beside the owner's.

-- What never changes about an account. Named by the number of the event that created it.
create table bahi.account (
  ledger_id integer not null,
  account_id bigint not null,
  code text collate "C" not null,
  kind text collate "C" not null,
  currency text collate "C" not null,
  owner uuid,
  constraint account_pkey primary key (ledger_id, account_id),
  constraint account_code_is_unique_in_its_ledger unique (ledger_id, code),
  constraint account_is_not_of_the_installation check ((ledger_id > 0)),
  constraint code_is_a_token check ((code ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$'::text)),
  constraint currency_is_three_letters check ((currency ~ '^[A-Z]{3}$'::text)),
  constraint kind_is_known check ((kind = any (array['asset'::text, 'liability'::text, 'equity'::text, 'income'::text, 'expense'::text]))),
  constraint account_is_of_a_ledger foreign key (ledger_id) references bahi.ledger(ledger_id)
);
comment on column bahi.account.code is 'The client''s own name for it; the account''s public id where the client gave none.';
comment on column bahi.account.owner is 'Random id of the customer; no personal data. Null for the bank''s own accounts.';
create index account_owner on bahi.account using btree (ledger_id, owner, account_id) where (owner is not null);
create trigger history_is_append_only before delete or update or truncate on bahi.account for each statement execute function bahi.refuse_change();

-- Versions of an account's settings by event number, each with what never changes about the account; the newest one holds.
create table bahi.account_setting (
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
  over_capture_bps integer,
  limits jsonb,
  step_up_above bigint,
  pools bigint[],
  constraint account_setting_pkey primary key (ledger_id, account_id, number),
  constraint floor_is_not_above_ceiling check ((floor <= ceiling)),
  constraint over_capture_is_at_most_the_hold check (((over_capture_bps >= 1) and (over_capture_bps <= 10000))),
  constraint step_up_is_above_nothing_or_more check ((step_up_above >= 0))
);
comment on column bahi.account_setting.code is 'As in account, like kind, currency and owner: repeated so that one seek reads all but the totals.';
comment on column bahi.account_setting.floor is 'Least that the balance less outgoing holds may reach, minor units on the normal side; null: none.';
comment on column bahi.account_setting.ceiling is 'Most that the balance plus incoming holds may reach, minor units on the normal side; null: none.';
comment on column bahi.account_setting.over_capture_bps is 'How much more than a hold on this payer its captures may take, basis points of the hold; null: nothing.';
comment on column bahi.account_setting.limits is 'Limits in force, in the order of their checks, an array each: name, direction, window, amount (minor units), count, since (microseconds), and the total of the direction at that moment as sum and count; where the window slides, a ninth member, what had moved by then. Null: none.';
comment on column bahi.account_setting.step_up_above is 'How much a transfer may take from this account without a second factor of its owner, minor units; null: any amount.';
comment on column bahi.account_setting.pools is 'Pools that the account is in, ascending. Null: none.';
create index account_setting_changed on bahi.account_setting using btree (ledger_id, number) where (number > account_id);
create index account_setting_code on bahi.account_setting using btree (ledger_id, code, number);
create index account_setting_limited on bahi.account_setting using btree (ledger_id, number) where (limits is not null);
create trigger history_is_append_only before delete or update or truncate on bahi.account_setting for each statement execute function bahi.refuse_change();

-- Credentials of clients: one ledger each (0: the installation). The secret itself is stored nowhere.
create table bahi.api_key (
  ledger_id integer not null,
  key_id bigint not null,
  client text collate "C" not null,
  prefix text collate "C" not null,
  secret_hash bytea not null,
  scopes text[] not null,
  expires_at timestamp with time zone,
  networks text[] collate "C" not null default '{}'::text[],
  rate text collate "C",
  constraint api_key_pkey primary key (ledger_id, key_id),
  constraint api_key_prefix_is_unique unique (prefix),
  constraint rate_is_requests_a_unit_of_time check ((rate ~ '^(1000000|[1-9][0-9]{0,5})/[smhd]$'::text)),
  constraint secret_hash_is_a_sha256 check ((length(secret_hash) = 32)),
  constraint api_key_is_of_a_ledger foreign key (ledger_id) references bahi.ledger(ledger_id)
);
comment on column bahi.api_key.client is 'The banking app that holds the key; idempotency keys belong to it and survive rotation.';
comment on column bahi.api_key.secret_hash is 'SHA-256 of the whole key; it has 130 random bits, so a slow hash would add nothing.';
comment on column bahi.api_key.networks is 'CIDR blocks that the key may be used from; empty: from anywhere.';
comment on column bahi.api_key.rate is 'Requests that its client may send in a second, minute, hour or day, such as 100/s, for each class of routes; null: no limit.';
create trigger history_is_append_only before delete or update or truncate on bahi.api_key for each statement execute function bahi.refuse_change();

-- MACs of the rows of API keys. Without a valid one a key is refused.
create table bahi.api_key_mac (
  ledger_id integer not null,
  key_id bigint not null,
  mac bytea not null,
  constraint api_key_mac_pkey primary key (ledger_id, key_id),
  constraint mac_is_a_sha256 check ((length(mac) = 32)),
  constraint mac_is_of_a_key foreign key (ledger_id, key_id) references bahi.api_key(ledger_id, key_id)
);
comment on column bahi.api_key_mac.mac is 'HMAC-SHA-256 over api_key_signed, ledger and key, under a key that is outside the database.';
create trigger history_is_append_only before delete or update or truncate on bahi.api_key_mac for each statement execute function bahi.refuse_change();

-- A key with a row here is dead, from the event of that number on.
create table bahi.api_key_revocation (
  ledger_id integer not null,
  key_id bigint not null,
  number bigint not null,
  constraint api_key_revocation_pkey primary key (ledger_id, key_id),
  constraint revocation_is_of_a_key foreign key (ledger_id, key_id) references bahi.api_key(ledger_id, key_id)
);
create trigger history_is_append_only before delete or update or truncate on bahi.api_key_revocation for each statement execute function bahi.refuse_change();

-- A key with a row here has a successor, the key of that number, and ends at ends_at.
create table bahi.api_key_rotation (
  ledger_id integer not null,
  key_id bigint not null,
  number bigint not null,
  ends_at timestamp with time zone not null,
  constraint api_key_rotation_pkey primary key (ledger_id, key_id),
  constraint successor_is_newer check ((number > key_id)),
  constraint rotation_is_of_a_key foreign key (ledger_id, key_id) references bahi.api_key(ledger_id, key_id),
  constraint successor_is_a_key foreign key (ledger_id, number) references bahi.api_key(ledger_id, key_id)
);
comment on column bahi.api_key_rotation.ends_at is 'Never later than the end that the key had before.';
create trigger history_is_append_only before delete or update or truncate on bahi.api_key_rotation for each statement execute function bahi.refuse_change();

-- When a key was used last. Written by each server at most once a minute for a key; beside the log, and no part of what is verified.
create table bahi.api_key_use (
  ledger_id integer not null,
  key_id bigint not null,
  used_at timestamp with time zone not null,
  constraint api_key_use_pkey primary key (ledger_id, key_id),
  constraint use_is_of_a_key foreign key (ledger_id, key_id) references bahi.api_key(ledger_id, key_id)
);
comment on column bahi.api_key_use.used_at is 'By the database''s clock, of a sandbox ledger''s keys, too.';

-- Which actions of a ledger need a second person, by the event that said so; the newest one holds.
create table bahi.approval_policy (
  ledger_id integer not null,
  number bigint not null,
  expires_in_seconds integer not null,
  rules jsonb not null,
  mac bytea not null,
  constraint approval_policy_pkey primary key (ledger_id, number),
  constraint expiry_is_at_most_a_week check (((expires_in_seconds >= 60) and (expires_in_seconds <= 604800))),
  constraint mac_is_a_sha256 check ((length(mac) = 32)),
  constraint rules_are_a_list check ((jsonb_typeof(rules) = 'array'::text))
);
comment on column bahi.approval_policy.expires_in_seconds is 'How long a proposal waits.';
comment on column bahi.approval_policy.rules is '[action, currency, least amount that needs none, minor units as text] each; the last two null where the action is not of amounts.';
comment on column bahi.approval_policy.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database.';
create trigger history_is_append_only before delete or update or truncate on bahi.approval_policy for each statement execute function bahi.refuse_change();

-- One append each. The newest row is the head of its log; its link authenticates the whole chain of batches.
create table bahi.batch (
  ledger_id integer not null,
  last_number bigint not null,
  first_number bigint not null,
  at timestamp with time zone not null,
  link bytea not null,
  key_version smallint not null,
  touched bigint[] storage external not null,
  constraint batch_pkey primary key (ledger_id, last_number),
  constraint batch_is_not_empty check (((last_number >= first_number) and (first_number > 0))),
  constraint link_is_a_sha256 check ((length(link) = 32))
);
comment on column bahi.batch.link is 'HMAC-SHA-256 over installation, ledger, previous link, numbers, time and every row appended; the key stands outside the database.';
comment on column bahi.batch.key_version is 'Version of the engine key that made the link.';
comment on column bahi.batch.touched is 'Subjects (accounts, API keys) whose state the batch changed: what another process must forget.';
create trigger history_is_append_only before delete or update or truncate on bahi.batch for each statement execute function bahi.refuse_change();

-- What counts before a close, of each account for which that is not what it was carried forward with before. The newest row up to a close holds.
create table bahi.carried_balance (
  ledger_id integer not null,
  account_id bigint not null,
  period_number bigint not null,
  number bigint not null,
  debits bigint not null,
  credits bigint not null,
  constraint carried_balance_pkey primary key (ledger_id, account_id, period_number)
);
comment on column bahi.carried_balance.number is 'Number of the event that carried it forward.';
comment on column bahi.carried_balance.debits is 'Cumulative since the account was opened, by effective time, minor units.';
create index carried_balance_of_event on bahi.carried_balance using btree (ledger_id, number, account_id);
create trigger history_is_append_only before delete or update or truncate on bahi.carried_balance for each statement execute function bahi.refuse_change();

-- What the signer said of each log: its root at a size. Published outside the database as soon as it stands here.
create table bahi.checkpoint (
  ledger_id integer not null,
  size bigint not null,
  previous_size bigint not null,
  root bytea not null,
  note text collate "C" not null,
  signed_at timestamp with time zone not null default clock_timestamp(),
  constraint checkpoint_pkey primary key (ledger_id, size),
  constraint root_is_a_sha256 check ((length(root) = 32)),
  constraint size_is_above_the_previous check (((size > previous_size) and (previous_size >= 0)))
);
comment on column bahi.checkpoint.size is 'Leaves, so the number of the newest event that it covers: the last one of a batch.';
comment on column bahi.checkpoint.previous_size is 'Size of the checkpoint before it; 0 for the first. No checkpoint is signed twice or skipped.';
comment on column bahi.checkpoint.note is 'The signed note (C2SP): origin, size, root, and signatures.';
create trigger history_is_append_only before delete or update or truncate on bahi.checkpoint for each statement execute function bahi.refuse_change();

-- Versions of a customer by event number, each with all of its factors; the newest one holds.
create table bahi.customer (
  ledger_id integer not null,
  customer_id bigint not null,
  number bigint not null,
  owner uuid not null,
  recovery_hashes text[] collate "C" not null,
  factors jsonb not null,
  mac bytea not null,
  stopped boolean,
  switched bigint,
  switched_at timestamp with time zone,
  waits_until timestamp with time zone,
  constraint customer_pkey primary key (ledger_id, customer_id, number),
  constraint factors_are_a_list check ((jsonb_typeof(factors) = 'array'::text)),
  constraint mac_is_a_sha256 check ((length(mac) = 32)),
  constraint switch_is_not_to_come check ((switched <= number)),
  constraint switch_is_whole check ((((stopped is null) = (switched is null)) and ((stopped is null) = (switched_at is null)))),
  constraint version_is_not_before_the_customer check ((number >= customer_id))
);
comment on column bahi.customer.customer_id is 'Event that was the first about the factors of this customer.';
comment on column bahi.customer.number is 'Event that made this version.';
comment on column bahi.customer.owner is 'Random UUID that owns accounts of the ledger.';
comment on column bahi.customer.recovery_hashes is 'SHA-256 of the recovery codes that are left.';
comment on column bahi.customer.factors is 'In the order of enrolment: [event that enrolled it, type, label, status, digest of the sealed seed, who vouched, factor that it replaces, when the status began, until when it may be confirmed, from when it may be used, when it was used last, newest time step used, wrong codes in a row, locked until]; times in microseconds since 1970, of removed ones the newest ten.';
comment on column bahi.customer.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database; over the switch and the wait where there is one of them.';
comment on column bahi.customer.stopped is 'Whether the customer has stopped all payments from accounts that it owns; null: never.';
comment on column bahi.customer.switched is 'Event that stopped them or let them go on last.';
comment on column bahi.customer.switched_at is 'When that was.';
comment on column bahi.customer.waits_until is 'Before it the customer authorises nothing: payments went on again, or a cap of an account was raised; null: nothing made the customer wait.';
create index customer_change on bahi.customer using btree (ledger_id, number);
create unique index customer_is_known_once on bahi.customer using btree (ledger_id, owner) where (number = customer_id);
create index customer_switch on bahi.customer using btree (ledger_id, number) where (switched = number);
create trigger history_is_append_only before delete or update or truncate on bahi.customer for each statement execute function bahi.refuse_change();

-- Data keys of the installation, wrapped under a key that is outside the database.
create table bahi.data_key (
  purpose text collate "C" not null,
  wrapping text collate "C" not null,
  wrapped bytea not null,
  created_at timestamp with time zone not null default now(),
  constraint data_key_pkey primary key (purpose, wrapping),
  constraint wrapped_is_short check (((length(wrapped) >= 32) and (length(wrapped) <= 4096)))
);
comment on column bahi.data_key.purpose is 'What it is for; each purpose has one data key.';
comment on column bahi.data_key.wrapping is 'Names the key that wraps it.';
comment on column bahi.data_key.wrapped is 'As the key provider gave it; of the local one AES-256-GCM, bound to purpose, installation and wrapping key.';

-- One change of one account's state with the cumulative totals after it. The newest entry of an account is its balance.
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
  constraint entry_pkey primary key (ledger_id, account_id, "position"),
  constraint available_not_above_ceiling check (((net_max is null) or (((credits - debits) + held_credits) <= net_max))),
  constraint available_not_below_floor check (((net_min is null) or (((credits - debits) - held_debits) >= net_min))),
  constraint totals_are_not_negative check (((debits >= 0) and (credits >= 0) and (held_debits >= 0) and (held_credits >= 0))),
  constraint version_is_positive check ((version > 0))
);
comment on column bahi.entry.position is 'Event number * 256 + leg: total order inside the ledger.';
comment on column bahi.entry.amount is 'Minor units: above zero a credit, below zero a debit, zero a counted refusal.';
comment on column bahi.entry.debits is 'Cumulative debits after this entry, minor units.';
comment on column bahi.entry.held_debits is 'Reserved to be debited after this entry, minor units.';
comment on column bahi.entry.debit_count is 'Transfers that debited the account so far (by transfer, not by leg).';
comment on column bahi.entry.refused_count is 'Refused transfers that would have debited the account so far.';
comment on column bahi.entry.version is 'Ordinal of this entry in its account, from 1 without gaps.';
comment on column bahi.entry.net_min is 'Bound in force when the entry lowered credits minus debits; null: none. (A floor of a credit-normal account, minus a ceiling of a debit-normal one.)';
comment on column bahi.entry.net_max is 'Bound in force when the entry raised credits minus debits; null: none.';
create trigger history_is_append_only before delete or update or truncate on bahi.entry for each statement execute function bahi.refuse_change();

-- Effective times of those entries that count at another time than when they were posted.
create table bahi.entry_effective (
  ledger_id integer not null,
  position bigint not null,
  account_id bigint not null,
  effective_at timestamp with time zone not null,
  amount bigint not null,
  constraint entry_effective_pkey primary key (ledger_id, "position", account_id),
  constraint what_is_dated_moved_money check ((amount <> 0))
);
comment on column bahi.entry_effective.amount is 'As in the entry, so that a sum needs no other table: above zero a credit, below zero a debit, minor units.';
create index entry_effective_by_time on bahi.entry_effective using btree (ledger_id, account_id, effective_at, "position") include (amount);
create index entry_effective_of_account on bahi.entry_effective using btree (ledger_id, account_id, "position") include (effective_at, amount);
create trigger history_is_append_only before delete or update or truncate on bahi.entry_effective for each statement execute function bahi.refuse_change();

-- The log: who did what, when, with what outcome. One leaf of the audit log each.
create table bahi.event (
  ledger_id integer not null,
  number bigint not null,
  at timestamp with time zone not null,
  type text collate "C" not null,
  code text collate "C",
  key uuid not null,
  fingerprint bytea not null,
  leaf_hash bytea not null,
  body text collate "C" storage external not null,
  constraint event_pkey primary key (ledger_id, number),
  constraint fingerprint_is_a_sha256 check ((length(fingerprint) = 32)),
  constraint leaf_hash_is_a_sha256 check ((length(leaf_hash) = 32)),
  constraint number_is_positive check ((number > 0))
);
comment on column bahi.event.number is 'Gapless from 1 in each ledger, in commit order.';
comment on column bahi.event.code is 'Null when the command was carried out; otherwise the code of the refusal, final for its key.';
comment on column bahi.event.key is 'Of 16 bytes: hash over client, operation, path ids and the client''s idempotency key; of keys that are ordered by themselves (UUIDv7, numbered), the first 6 keep the order.';
comment on column bahi.event.fingerprint is 'SHA-256 of the canonical command: the same key with another fingerprint is refused.';
comment on column bahi.event.leaf_hash is 'RFC 6962 leaf: SHA-256(0x00 || body).';
comment on column bahi.event.body is 'Canonical JSON (RFC 8785), schema versioned; the stored answer is rendered from it. No personal data.';
create unique index event_key_is_used_once on bahi.event using btree (ledger_id, key);
create index event_refused on bahi.event using btree (ledger_id, number) where (code is not null);
create trigger history_is_append_only before delete or update or truncate on bahi.event for each statement execute function bahi.refuse_change();

-- Which sets of sql/functions were in force, newest last.
create table bahi.function_set (
  number integer not null generated always as identity,
  checksum text collate "C" not null,
  applied_at timestamp with time zone not null default now(),
  constraint function_set_pkey primary key (number)
);
comment on column bahi.function_set.checksum is 'SHA-256 over names and contents of all files, hexadecimal.';
create trigger history_is_append_only before delete or update or truncate on bahi.function_set for each statement execute function bahi.refuse_change();

-- Versions of a hold by event number, each with all there is to know of it; the newest one holds.
create table bahi.hold (
  ledger_id integer not null,
  hold_id bigint not null,
  number bigint not null,
  status text collate "C" not null,
  expires_at timestamp with time zone not null,
  debits bigint[] not null,
  credits bigint[] not null,
  currencies text[] collate "C" not null,
  amounts bigint[] not null,
  captured bigint[] not null,
  constraint hold_pkey primary key (ledger_id, hold_id, number),
  constraint every_leg_has_all_columns check ((((cardinality(debits) >= 1) and (cardinality(debits) <= 100)) and (cardinality(credits) = cardinality(debits)) and (cardinality(currencies) = cardinality(debits)) and (cardinality(amounts) = cardinality(debits)) and (cardinality(captured) = cardinality(debits)))),
  constraint hold_status_is_known check ((status = any (array['held'::text, 'posted'::text, 'voided'::text, 'expired'::text]))),
  constraint version_is_not_before_the_hold check ((number >= hold_id))
);
comment on column bahi.hold.hold_id is 'Event of the transfer that placed it.';
comment on column bahi.hold.number is 'Event that made this version: the placement, a capture, the void or the expiry.';
comment on column bahi.hold.debits is 'Payer of each leg, by number of the account.';
comment on column bahi.hold.credits is 'Payee of each leg.';
comment on column bahi.hold.amounts is 'Minor units of each leg.';
comment on column bahi.hold.captured is 'Minor units of each leg that were captured so far, over-capture included; what is left of the amount is held while the status is held.';
create trigger history_is_append_only before delete or update or truncate on bahi.hold for each statement execute function bahi.refuse_change();

-- Holds that are open now: made from hold, written by the append, read by the sweeper. The only table whose rows go.
create table bahi.hold_open (
  ledger_id integer not null,
  hold_id bigint not null,
  expires_at timestamp with time zone not null,
  constraint hold_open_pkey primary key (ledger_id, hold_id)
);
create index hold_open_expiry on bahi.hold_open using btree (expires_at, ledger_id, hold_id);

-- This installation's random id, part of every link: a log cannot be moved to another installation unnoticed.
create table bahi.installation (
  one boolean not null default true,
  installation_id uuid not null default gen_random_uuid(),
  created_at timestamp with time zone not null default now(),
  constraint installation_pkey primary key (one),
  constraint there_is_one_installation check (one)
);
create trigger history_is_append_only before delete or update or truncate on bahi.installation for each statement execute function bahi.refuse_change();

-- One book each: unit of isolation and serial order. The row is only ever locked. Ledger 0 is the installation's own log.
create table bahi.ledger (
  ledger_id integer not null,
  name text collate "C" not null,
  number bigint not null,
  created_at timestamp with time zone not null default now(),
  sandbox boolean not null default false,
  constraint ledger_pkey primary key (ledger_id),
  constraint ledger_name_is_unique unique (name),
  constraint ledger_id_is_not_negative check ((ledger_id >= 0)),
  constraint ledger_name_is_a_token check ((name ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$'::text))
);
comment on column bahi.ledger.ledger_id is 'Random, so that ids tell nothing about other tenants; 0 for the installation.';
comment on column bahi.ledger.number is 'Event of the installation log that created the ledger.';
comment on column bahi.ledger.sandbox is 'True: no money is meant by it, its clock can be moved, and its API keys are test keys. Never changes.';
create index ledger_sandbox on bahi.ledger using btree (ledger_id) where sandbox;
create trigger history_is_append_only before delete or update or truncate on bahi.ledger for each statement execute function bahi.refuse_change();

-- What holds gave back at accounts with limits, cumulative from the event that gave the account its first limits.
create table bahi.limit_mark (
  ledger_id integer not null,
  account_id bigint not null,
  number bigint not null,
  released_debits bigint not null,
  released_credits bigint not null,
  constraint limit_mark_pkey primary key (ledger_id, account_id, number),
  constraint released_is_not_negative check (((released_debits >= 0) and (released_credits >= 0)))
);
comment on column bahi.limit_mark.number is 'Event that gave something back, or with which limits began (then both are zero).';
comment on column bahi.limit_mark.released_debits is 'Minor units that were held to be debited and were given back.';
comment on column bahi.limit_mark.released_credits is 'Minor units that were held to be credited and were given back.';
create trigger history_is_append_only before delete or update or truncate on bahi.limit_mark for each statement execute function bahi.refuse_change();

-- Which engine keys made the links of this installation, so that a process with another master key does not start.
create table bahi.link_key (
  version smallint not null,
  check_value bytea not null,
  created_at timestamp with time zone not null default now(),
  constraint link_key_pkey primary key (version),
  constraint check_value_is_a_sha256 check ((length(check_value) = 32))
);
comment on column bahi.link_key.check_value is 'HMAC-SHA-256 of the installation''s id under the key; tells nothing about the key itself.';
create trigger history_is_append_only before delete or update or truncate on bahi.link_key for each statement execute function bahi.refuse_change();

-- Logs that the signer refuses to sign, with the reason.
create table bahi.log_alarm (
  ledger_id integer not null,
  raised_at timestamp with time zone not null default clock_timestamp(),
  why text collate "C" not null,
  constraint log_alarm_pkey primary key (ledger_id)
);

-- Keys that sign the checkpoints of this installation's logs (Ed25519).
create table bahi.log_key (
  key_number integer not null,
  public_key bytea not null,
  sealed bytea not null,
  mac bytea not null,
  created_at timestamp with time zone not null default now(),
  constraint log_key_pkey primary key (key_number),
  constraint key_number_is_positive check ((key_number > 0)),
  constraint mac_is_a_sha256 check ((length(mac) = 32)),
  constraint public_key_is_of_ed25519 check ((length(public_key) = 32))
);
comment on column bahi.log_key.sealed is 'The private key, sealed under the data key for secrets: AES-256-GCM, bound to this row.';
comment on column bahi.log_key.mac is 'HMAC-SHA-256 of the row under a key outside the database: whoever inserts a key has none.';
create trigger history_is_append_only before delete or update or truncate on bahi.log_key for each statement execute function bahi.refuse_change();

-- Keys that sign no more checkpoints. What they signed still holds.
create table bahi.log_key_retirement (
  key_number integer not null,
  retired_at timestamp with time zone not null default now(),
  constraint log_key_retirement_pkey primary key (key_number),
  constraint retirement_is_of_a_key foreign key (key_number) references bahi.log_key(key_number)
);
create trigger history_is_append_only before delete or update or truncate on bahi.log_key_retirement for each statement execute function bahi.refuse_change();

-- Which files of sql/migrations were applied, written in the transaction of each.
create table bahi.migration (
  number integer not null,
  name text collate "C" not null,
  checksum text collate "C" not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey primary key (number)
);
comment on column bahi.migration.checksum is 'SHA-256 of the file, hexadecimal: an applied file may not change.';
create trigger history_is_append_only before delete or update or truncate on bahi.migration for each statement execute function bahi.refuse_change();

-- Versions of an operator by event number, each with all there is to know; the newest one holds.
create table bahi.operator (
  ledger_id integer not null,
  operator_id bigint not null,
  number bigint not null,
  name text collate "C" not null,
  role text collate "C",
  status text collate "C" not null,
  invitation_hash bytea,
  invitation_expires_at timestamp with time zone,
  credential bigint,
  password_digest bytea,
  totp_digest bytea,
  recovery_hashes text[] collate "C" not null,
  time_step bigint not null,
  failures integer not null,
  session_ids bigint[] not null,
  session_hashes text[] collate "C" not null,
  session_starts bigint[] not null,
  session_ends bigint[] not null,
  mac bytea not null,
  ledger_roles text[] collate "C",
  constraint operator_pkey primary key (ledger_id, operator_id, number),
  constraint enrolled_has_factors check (((status <> 'enrolled'::text) or (credential is not null))),
  constraint every_session_has_all_columns check (((cardinality(session_hashes) = cardinality(session_ids)) and (cardinality(session_starts) = cardinality(session_ids)) and (cardinality(session_ends) = cardinality(session_ids)))),
  constraint factors_are_both_there_or_neither check ((((password_digest is null) = (totp_digest is null)) and ((credential is null) = (totp_digest is null)))),
  constraint ledger_roles_are_some check ((cardinality(ledger_roles) > 0)),
  constraint mac_is_a_sha256 check ((length(mac) = 32)),
  constraint only_the_enrolled_have_sessions check (((status = 'enrolled'::text) or (cardinality(session_ids) = 0))),
  constraint operator_is_of_the_installation check ((ledger_id = 0)),
  constraint operator_status_is_known check ((status = any (array['invited'::text, 'enrolled'::text, 'disabled'::text]))),
  constraint version_is_not_before_the_operator check ((number >= operator_id)),
  constraint password_is_sealed foreign key (password_digest) references bahi.sealed_secret(digest),
  constraint totp_seed_is_sealed foreign key (totp_digest) references bahi.sealed_secret(digest)
);
comment on column bahi.operator.operator_id is 'Event of the installation''s log that invited it.';
comment on column bahi.operator.number is 'Event that made this version.';
comment on column bahi.operator.name is 'Handle to sign in with; no name of a person.';
comment on column bahi.operator.role is 'For the installation, and so for every ledger; null: none.';
comment on column bahi.operator.invitation_hash is 'SHA-256 of the invitation; null once it was redeemed.';
comment on column bahi.operator.credential is 'Event that set the factors.';
comment on column bahi.operator.password_digest is 'The sealed argon2id hash, in sealed_secret.';
comment on column bahi.operator.totp_digest is 'The sealed TOTP seed, in sealed_secret.';
comment on column bahi.operator.recovery_hashes is 'SHA-256 of the recovery codes that are left.';
comment on column bahi.operator.time_step is 'Newest TOTP time step that was used: no code works twice.';
comment on column bahi.operator.failures is 'Consecutive failures to sign in since the last success.';
comment on column bahi.operator.session_ids is 'Sessions that were not ended, by the event that started each.';
comment on column bahi.operator.session_hashes is 'SHA-256 of each session''s token.';
comment on column bahi.operator.session_starts is 'Microseconds since 1970.';
comment on column bahi.operator.session_ends is 'When each is over however much it is used, microseconds since 1970.';
comment on column bahi.operator.mac is 'HMAC-SHA-256 over all the other columns under a key that is outside the database.';
comment on column bahi.operator.ledger_roles is 'For single ledgers, each the number of a ledger, a colon and a role, in the order of these numbers; null: none.';
create unique index operator_name_is_unique on bahi.operator using btree (ledger_id, name) where (number = operator_id);
create trigger history_is_append_only before delete or update or truncate on bahi.operator for each statement execute function bahi.refuse_change();

-- The newest minute in which a session of an operator was used, from which its idle timeout counts. Beside the log.
create table bahi.operator_session_use (
  session_id bigint not null,
  minute bigint not null,
  constraint operator_session_use_pkey primary key (session_id)
);
comment on column bahi.operator_session_use.minute is 'Minutes since 1970.';

-- Closes of the books of a ledger, by event number.
create table bahi.period (
  ledger_id integer not null,
  number bigint not null,
  closed_until timestamp with time zone not null,
  constraint period_pkey primary key (ledger_id, number),
  constraint moment_is_closed_once unique (ledger_id, closed_until),
  constraint period_is_of_a_ledger foreign key (ledger_id) references bahi.ledger(ledger_id)
);
comment on column bahi.period.closed_until is 'The first moment that is still open: what counts before it is posted no more.';
create trigger history_is_append_only before delete or update or truncate on bahi.period for each statement execute function bahi.refuse_change();

-- How far the balances of a close have been carried forward, by event number; the newest row holds.
create table bahi.period_progress (
  ledger_id integer not null,
  period_number bigint not null,
  number bigint not null,
  carried_to bigint not null,
  accounts bigint not null,
  last boolean not null,
  constraint period_progress_pkey primary key (ledger_id, period_number, number),
  constraint progress_is_behind_its_close check ((number > period_number)),
  constraint progress_is_of_a_period foreign key (ledger_id, period_number) references bahi.period(ledger_id, number)
);
comment on column bahi.period_progress.carried_to is 'Number of the last account that was looked at.';
comment on column bahi.period_progress.accounts is 'Balances carried forward so far.';
comment on column bahi.period_progress.last is 'True: nothing is left to carry forward.';
create unique index period_is_carried_once on bahi.period_progress using btree (ledger_id, period_number) where last;
create unique index progress_is_of_one_event on bahi.period_progress using btree (ledger_id, number);
create trigger history_is_append_only before delete or update or truncate on bahi.period_progress for each statement execute function bahi.refuse_change();

-- Versions of pools by event number; the newest one holds. Named by the number of the event that created it.
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
  constraint currency_is_three_letters check ((currency ~ '^[A-Z]{3}$'::text)),
  constraint limits_are_a_list check ((jsonb_typeof(limits) = 'array'::text)),
  constraint members_are_not_negative check ((members >= 0)),
  constraint name_is_a_token check ((name ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$'::text)),
  constraint pool_is_not_of_the_installation check ((ledger_id > 0)),
  constraint pool_is_of_a_ledger foreign key (ledger_id) references bahi.ledger(ledger_id)
);
comment on column bahi.pool.owner is 'Every account of this owner in the currency is in the pool, present and to come; null: the pool lists its accounts.';
comment on column bahi.pool.joined is 'Accounts that joined by this event, ascending.';
comment on column bahi.pool.parted is 'Accounts that left by this event, ascending.';
comment on column bahi.pool.members is 'How many accounts the pool lists after this event; zero where it has an owner.';
comment on column bahi.pool.limits is 'As account_setting.limits, of what the pool has counted.';
create index pool_creation on bahi.pool using btree (ledger_id, pool_id) where (number = pool_id);
create unique index pool_name_is_unique_in_its_ledger on bahi.pool using btree (ledger_id, name) where (number = pool_id);
create index pool_owner on bahi.pool using btree (ledger_id, owner, pool_id) where ((number = pool_id) and (owner is not null));
create trigger history_is_append_only before delete or update or truncate on bahi.pool for each statement execute function bahi.refuse_change();

-- What pools have counted, cumulative, a row a pool and batch that counted something; more than a bigint, since a pool adds up accounts.
create table bahi.pool_total (
  ledger_id integer not null,
  pool_id bigint not null,
  number bigint not null,
  outgoing numeric(24,0) not null,
  incoming numeric(24,0) not null,
  credited numeric(24,0) not null,
  out_count bigint not null,
  in_count bigint not null,
  constraint pool_total_pkey primary key (ledger_id, pool_id, number),
  constraint totals_are_not_negative check (((outgoing >= (0)::numeric) and (incoming >= (0)::numeric) and (credited >= (0)::numeric) and (out_count >= 0) and (in_count >= 0)))
);
comment on column bahi.pool_total.number is 'Last event of the batch that counted something.';
comment on column bahi.pool_total.outgoing is 'Minor units that left the accounts of the pool together, or are held to: a hold counts by all of it when it is placed.';
comment on column bahi.pool_total.incoming is 'Minor units that came into them, or are held to.';
comment on column bahi.pool_total.credited is 'Minor units that were credited to them: what lowers a net limit.';
comment on column bahi.pool_total.out_count is 'Transfers that outgoing counts.';
comment on column bahi.pool_total.in_count is 'Transfers that incoming counts.';
create trigger history_is_append_only before delete or update or truncate on bahi.pool_total for each statement execute function bahi.refuse_change();

-- What waits, or waited, for a second person. What it is stands in its event.
create table bahi.proposal (
  ledger_id integer not null,
  proposal_id bigint not null,
  action text collate "C" not null,
  proposer text collate "C" not null,
  proposer_client text collate "C" not null,
  expires_at timestamp with time zone not null,
  hash bytea not null,
  mac bytea not null,
  constraint proposal_pkey primary key (ledger_id, proposal_id),
  constraint proposal_has_one_proposer unique (ledger_id, proposal_id, proposer, proposer_client),
  constraint hash_is_a_sha256 check ((length(hash) = 32)),
  constraint mac_is_a_sha256 check ((length(mac) = 32))
);
comment on column bahi.proposal.proposal_id is 'Event that proposed it.';
comment on column bahi.proposal.action is 'For which action of the policy it needed a second person.';
comment on column bahi.proposal.proposer is 'API key or user at the shell, as the event names its actor.';
comment on column bahi.proposal.hash is 'SHA-256 of what is proposed (operation, path and payload), which an approval names.';
comment on column bahi.proposal.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database.';
create trigger history_is_append_only before delete or update or truncate on bahi.proposal for each statement execute function bahi.refuse_change();

-- What became of a proposal: at most one row each.
create table bahi.proposal_decision (
  ledger_id integer not null,
  proposal_id bigint not null,
  number bigint not null,
  status text collate "C" not null,
  proposer text collate "C" not null,
  proposer_client text collate "C" not null,
  checker text collate "C" not null,
  checker_client text collate "C" not null,
  mac bytea not null,
  constraint proposal_decision_pkey primary key (ledger_id, proposal_id),
  constraint decision_is_of_one_event unique (ledger_id, number),
  constraint checker_is_not_the_proposer check (((status = 'rejected'::text) or ((checker <> proposer) and ((checker_client <> proposer_client) or (checker_client = 'shell'::text))))),
  constraint decision_is_after_the_proposal check ((number > proposal_id)),
  constraint decision_is_known check ((status = any (array['executed'::text, 'execution_refused'::text, 'rejected'::text]))),
  constraint mac_is_a_sha256 check ((length(mac) = 32)),
  constraint decision_is_of_the_proposal foreign key (ledger_id, proposal_id, proposer, proposer_client) references bahi.proposal(ledger_id, proposal_id, proposer, proposer_client)
);
comment on column bahi.proposal_decision.number is 'Event that decided it: of what was proposed, where it was approved.';
comment on column bahi.proposal_decision.proposer is 'As in proposal.';
comment on column bahi.proposal_decision.checker is 'Who approved or rejected it; only of a rejection the proposer.';
comment on column bahi.proposal_decision.checker_client is 'Client of the API key; shell for everybody at the shell, who are told apart by name.';
comment on column bahi.proposal_decision.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database.';
create trigger history_is_append_only before delete or update or truncate on bahi.proposal_decision for each statement execute function bahi.refuse_change();

-- Requests that the keys of a client with the same rate may still send to a class of routes. Beside the log: no money depends on it.
create unlogged table bahi.rate_bucket (
  ledger_id integer not null,
  client text collate "C" not null,
  class text collate "C" not null,
  rate text collate "C" not null,
  requests double precision not null,
  filled_at timestamp with time zone not null,
  constraint rate_bucket_pkey primary key (ledger_id, client, class, rate)
);
comment on column bahi.rate_bucket.requests is 'What was left at filled_at; it fills up continuously, to one unit of time''s worth.';

-- Versions of what was reversed of a transfer, by event number; the newest one holds. None: nothing was.
create table bahi.reversal (
  ledger_id integer not null,
  transfer_id bigint not null,
  number bigint not null,
  amounts bigint[] not null,
  reversed bigint[] not null,
  constraint reversal_pkey primary key (ledger_id, transfer_id, number),
  constraint every_leg_has_both_amounts check ((((cardinality(amounts) >= 1) and (cardinality(amounts) <= 100)) and (cardinality(reversed) = cardinality(amounts)))),
  constraint reversal_is_after_its_transfer check ((number > transfer_id))
);
comment on column bahi.reversal.transfer_id is 'Event of the transfer that is reversed.';
comment on column bahi.reversal.number is 'Event of the reversal that made this version.';
comment on column bahi.reversal.amounts is 'Minor units of each leg of the transfer.';
comment on column bahi.reversal.reversed is 'Minor units of each leg that were reversed so far, by this and all reversals before.';
create trigger history_is_append_only before delete or update or truncate on bahi.reversal for each statement execute function bahi.refuse_change();

-- By how much the clock of a sandbox ledger is ahead of the database's, by event number; the newest one holds.
create table bahi.sandbox_clock (
  ledger_id integer not null,
  number bigint not null,
  ahead_micros bigint not null,
  constraint sandbox_clock_pkey primary key (ledger_id, number),
  constraint clock_is_ahead check ((ahead_micros > 0)),
  constraint clock_is_of_a_ledger foreign key (ledger_id) references bahi.ledger(ledger_id)
);
comment on column bahi.sandbox_clock.ahead_micros is 'Microseconds in all, not since the move before.';
create trigger history_is_append_only before delete or update or truncate on bahi.sandbox_clock for each statement execute function bahi.refuse_change();

-- Versions of a scheduled transfer by event number, each with all there is to know of it but its legs; the newest one holds.
create table bahi.schedule (
  ledger_id integer not null,
  schedule_id bigint not null,
  number bigint not null,
  status text collate "C" not null,
  scheduled_for timestamp with time zone not null,
  unrestricted boolean not null,
  constraint schedule_pkey primary key (ledger_id, schedule_id, number),
  constraint schedule_status_is_known check ((status = any (array['scheduled'::text, 'executed'::text, 'execution_refused'::text, 'canceled'::text]))),
  constraint version_is_not_before_the_schedule check ((number >= schedule_id))
);
comment on column bahi.schedule.schedule_id is 'Event that scheduled it.';
comment on column bahi.schedule.number is 'Event that made this version: the scheduling, the execution or the cancellation.';
comment on column bahi.schedule.scheduled_for is 'From this time on it is decided and posted, once.';
comment on column bahi.schedule.unrestricted is 'Whoever scheduled it had transfers:unrestricted, and so has it.';
create trigger history_is_append_only before delete or update or truncate on bahi.schedule for each statement execute function bahi.refuse_change();

-- Transfers still to come: made from schedule, written by the append, read by the sweeper. Its rows go.
create table bahi.schedule_open (
  ledger_id integer not null,
  schedule_id bigint not null,
  scheduled_for timestamp with time zone not null,
  constraint schedule_open_pkey primary key (ledger_id, schedule_id)
);
create index schedule_open_time on bahi.schedule_open using btree (scheduled_for, ledger_id, schedule_id);

-- Password hashes and TOTP seeds of operators and TOTP seeds of customers, sealed under a key that is outside the database.
create table bahi.sealed_secret (
  digest bytea not null,
  ciphertext bytea not null,
  constraint sealed_secret_pkey primary key (digest),
  constraint ciphertext_is_short check ((length(ciphertext) <= 1024)),
  constraint digest_is_of_the_ciphertext check ((digest = sha256(ciphertext)))
);
comment on column bahi.sealed_secret.digest is 'SHA-256 of the ciphertext, which is all that the log says of it.';
comment on column bahi.sealed_secret.ciphertext is 'AES-256-GCM: version of the key, nonce, tag, text; bound to table, column and whose it is.';
create trigger history_is_append_only before delete or update or truncate on bahi.sealed_secret for each statement execute function bahi.refuse_change();

-- Finds transfers by reference (field reference) and by metadata (field metadata.<name>); a row only where the client gave one.
create table bahi.transfer_search (
  ledger_id integer not null,
  field text collate "C" not null,
  value text collate "C" not null,
  number bigint not null,
  constraint transfer_search_pkey primary key (ledger_id, field, value, number)
);
create trigger history_is_append_only before delete or update or truncate on bahi.transfer_search for each statement execute function bahi.refuse_change();

-- Roots of the complete subtrees of 256, 65,536, … leaves of each log that a checkpoint covers.
create table bahi.tree_node (
  ledger_id integer not null,
  level smallint not null,
  position bigint not null,
  hash bytea not null,
  constraint tree_node_pkey primary key (ledger_id, level, "position"),
  constraint hash_is_a_sha256 check ((length(hash) = 32)),
  constraint level_is_of_tiles check (((level >= 1) and (level <= 5))),
  constraint position_is_not_negative check (("position" >= 0))
);
comment on column bahi.tree_node.level is 'The subtree has 256 to this power leaves.';
comment on column bahi.tree_node.position is 'From 0, from the left: the first leaf is the event of number position * 256^level + 1.';
comment on column bahi.tree_node.hash is 'RFC 6962: SHA-256(0x01 || left || right).';
create trigger history_is_append_only before delete or update or truncate on bahi.tree_node for each statement execute function bahi.refuse_change();

-- -------------------- Functions

-- Inserts new accounts and new versions of account settings; fails with data_corrupted where settings have no account.
function bahi.account_append(p_ledger integer, p_accounts jsonb, p_settings jsonb) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 878052b13de49715

-- A page of the children of a node of the chart of accounts with the sums of their accounts, as of an event.
function bahi.account_children(p_ledger integer, p_under text, p_number bigint, p_low text, p_open text, p_accounts_max integer, p_children_max integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; jit=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 1ae1e05338ac2e64

-- Pairs of id and code of the accounts with these ids.
function bahi.account_codes(p_ledger integer, p_accounts bigint[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 9241b5e388c7f6ea

-- An account as known at a time, as posted up to another, and its totals by effective time up to that.
function bahi.account_effective(p_ledger integer, p_account bigint, p_effective_micros bigint, p_known_micros bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 8a7ca93e4b2e66b0

-- One account by id or by code, as account_states writes it; null where there is none.
function bahi.account_get(p_ledger integer, p_account bigint, p_code text) returns json
  sql stable security definer; search_path=bahi, pg_temp; body a11450cae5bca9c3

-- Accounts beyond a number in one direction, by code and owner where given; as account_states writes them, in no order.
function bahi.account_list(p_ledger integer, p_code text, p_owner uuid, p_beyond bigint, p_descending boolean, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; jit=off; search_path=bahi, pg_temp; body 06bff959880b10ba

-- Number, code and currency of accounts named by id or by code; each once, in no order.
function bahi.account_names(p_ledger integer, p_accounts bigint[], p_codes text[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 238e6a75373851ce

-- A page of accounts as they stood after an event: what the final check of balances reads.
function bahi.account_page_at(p_ledger integer, p_after bigint, p_limit integer, p_number bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body c886f55b260779e6

-- States of an account before and after a period of posted time, in the form of account_states, and the numbers of the first and the last event in it.
function bahi.account_period(p_ledger integer, p_account bigint, p_from_micros bigint, p_to_micros bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 06f634402262f770

-- The sliding_windows of limited accounts, and of pools, named alike by number, at a moment and up to an event.
function bahi.account_sliding(p_ledger integer, p_accounts bigint[], p_at_micros bigint, p_number bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 89835b4e85758874

-- Accounts named by id or by code with settings and totals, an array each in the order of the fold's reader; twice where named both ways.
function bahi.account_states(p_ledger integer, p_accounts bigint[], p_codes text[]) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 5a9dd0edc3181208

-- Accounts named by id or by code as they stood after an event, in the form of account_states.
function bahi.account_states_at(p_ledger integer, p_accounts bigint[], p_codes text[], p_number bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body e58b4143afebde48

-- Newest totals of accounts, an array of integers as text for each column, in the order asked for.
function bahi.account_totals(p_ledger integer, p_accounts bigint[]) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 88f6d3bb7dc03322

-- Nodes of the chart of accounts at and below a path, down to a depth, in order, with the sums of their accounts; rows is null where there are too many.
function bahi.account_tree(p_ledger integer, p_under text, p_depth integer, p_accounts_max integer, p_rows_max integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; jit=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 43f65882445f2022

-- Of the accounts named by id or by code, those that have limits after an event: account, time of the event, what holds gave back each way so far, the window_totals of its day and its month, and its sliding_windows; null where the ledger has none.
function bahi.account_windows(p_ledger integer, p_accounts bigint[], p_codes text[], p_number bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 6bf9251909f0428c

-- Inserts new API keys with their MACs, revocations and rotations.
function bahi.api_key_append(p_ledger integer, p_keys jsonb, p_macs jsonb, p_revocations jsonb, p_rotations jsonb) returns void
  plpgsql volatile security invoker; search_path=bahi, pg_temp; body e459a0d74d977325

-- The API key of a prefix, whatever its ledger: the one read that finds out which ledger a caller belongs to. `ahead`: of a sandbox ledger's clock, null for a live one.
function bahi.api_key_find(p_prefix text) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 76fac04f474d9688

-- The API keys of a ledger, the revoked ones included.
function bahi.api_key_list(p_ledger integer) returns json
  sql stable security definer; search_path=bahi, pg_temp; body cd09882e224faf68

-- Adds MACs to API keys that have none: once, when an installation that is older than they are is migrated.
function bahi.api_key_sign(p_ledgers integer[], p_keys bigint[], p_macs text[]) returns integer
  sql volatile security definer; search_path=bahi, pg_temp; body dc542580770efa6b

-- What the MAC of an API key covers beside ledger and key.
function bahi.api_key_signed(p_key bahi.api_key) returns json
  sql immutable security invoker; search_path=bahi, pg_temp; body dddb293bd415e990

-- What the fold must know of API keys: [key, api_key_signed, MAC, end in microseconds, revoked, rotated, who made it] each.
function bahi.api_key_states(p_ledger integer, p_keys bigint[]) returns json
  plpgsql stable security invoker; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body f1df5cd8bc0ca46d

-- API keys as they stood after an event, in the form of api_key_states.
function bahi.api_key_states_at(p_ledger integer, p_keys bigint[], p_number bigint) returns json
  plpgsql stable security definer; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body cf6d6c4641eac2c6

-- API keys that have no MAC: [ledger, key, api_key_signed] each.
function bahi.api_key_unsigned() returns json
  sql stable security definer; search_path=bahi, pg_temp; body 74f3f538499354b8

-- Notes how long ago each of these keys was used; a use before the one that is noted changes nothing. Rows in the order of their keys, so that servers wait for one another and never in a circle.
function bahi.api_key_use_record(p_ledgers integer[], p_keys bigint[], p_ages_ms bigint[]) returns void
  sql volatile security definer; search_path=bahi, pg_temp; body 37c1d121b8e2d0af

-- The policy that holds in a ledger, as approval_policy_row; null where none was ever set.
function bahi.approval_policy_get(p_ledger integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body ddf6236ca56519cd

-- One policy as the fold wrote it.
function bahi.approval_policy_row(p_ledger integer, p_number bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body a58c2b139ff2e8fb

-- Makes the batch the new head of its log.
function bahi.batch_append(p_ledger integer, p_head bigint, p_count bigint, p_at timestamp with time zone, p_link bytea, p_key_version smallint, p_touched bigint[]) returns void
  plpgsql volatile security invoker; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body eef1d24b0e4762bb

-- Link and time of the batch that ends at a number; null where none does.
function bahi.batch_link(p_ledger integer, p_last bigint) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 0f93e57ac3268c13

-- The newest close of a ledger: [number, closed until in microseconds, last account carried, balances carried, whether that is all]; null where there is none.
function bahi.books_get(p_ledger integer) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 91763edbb8114b4f

-- Inserts balances carried forward and how far that went; fails with data_corrupted where they do not continue the newest close.
function bahi.carried_append(p_ledger integer, p_carried jsonb, p_progress jsonb) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 2164372b9f27ca7b

-- Stores a signed checkpoint with the nodes that it completes, behind the one that it was made from.
function bahi.checkpoint_append(p_ledger integer, p_previous_size bigint, p_size bigint, p_root text, p_note text, p_levels smallint[], p_positions bigint[], p_hashes text) returns text
  plpgsql volatile security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 9148e9041c2f30f2

-- The newest checkpoint of a log; null where none was signed yet.
function bahi.checkpoint_get(p_ledger integer) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 7d334e9230e39984

-- Cumulative debits and credits by effective time of accounts at a close.
function bahi.closing_totals(p_ledger integer, p_period bigint, p_accounts bigint[]) returns TABLE(account_id bigint, debits bigint, credits bigint)
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 66aa72c2d65edfc3

-- Inserts versions of customers; fails with data_corrupted where one does not continue its customer.
function bahi.customer_append(p_ledger integer, p_customers jsonb) returns void
  plpgsql volatile security invoker; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 44addd30f4d1fa85

-- Events that changed customers, with whom each is about.
function bahi.customer_changes(p_ledger integer, p_owner uuid, p_after bigint, p_beyond bigint, p_descending boolean, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body cef828bf01c97e49

-- A customer: the newest version, null where nothing is known, the time of the ledger, and the sealed seeds of factors that are not removed where they are asked for, as [digest, ciphertext].
function bahi.customer_get(p_ledger integer, p_owner uuid, p_secrets boolean) returns json
  sql stable security definer; search_path=bahi, pg_temp; body f3c30cbc10b82190

-- One version of a customer as the fold wrote it.
function bahi.customer_row(p_ledger integer, p_customer bigint, p_number bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body 329d9de613bd738b

-- Customers as they stood after an event; whoever was not known by then is left out.
function bahi.customer_states(p_ledger integer, p_owners uuid[], p_number bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body 6d5df5107108eaea

-- Customers as they stood after an event, for the verifier.
function bahi.customer_states_at(p_ledger integer, p_owners uuid[], p_number bigint) returns json
  sql stable security definer; search_path=bahi, pg_temp; body e5b953d4af5273d8

-- The newest event that stopped the payments of a customer or let them go on; 0: none.
function bahi.customer_switched(p_ledger integer) returns bigint
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 133c4283b4b5e7ab

-- Customers whose payments were stopped or let go on between two events, as rows.
function bahi.customer_switches(p_ledger integer, p_after bigint, p_number bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body dd1baa70496ff2c1

-- Customers whose payments were stopped or let go on up to an event, for the verifier.
function bahi.customer_switches_at(p_ledger integer, p_number bigint) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 1581b886f89638e4

-- Adds wrapped data keys where there are none under that wrapping key (p_first: none at all), and says how many.
function bahi.data_key_add(p_purposes text[], p_wrappings text[], p_wrapped text[], p_first boolean) returns integer
  plpgsql volatile security definer; search_path=bahi, pg_temp; body 234bd3ae2f5977f6

-- The wrapped data keys: [purpose, wrapping key, wrapped] each.
function bahi.data_key_list() returns json
  sql stable security definer; search_path=bahi, pg_temp; body ed6f14104f7535d1

-- Takes all wrappings under a key away, unless a data key has no other: [how many, purpose of one without another].
function bahi.data_key_retire(p_wrapping text) returns json
  plpgsql volatile security definer; search_path=bahi, pg_temp; body 0a1ac31a7ad01b97

-- Cumulative debits and credits of an account by effective time before a moment, as known after an event.
function bahi.effective_totals(p_ledger integer, p_account bigint, p_before timestamp with time zone, p_last bigint, p_known bigint, p_period bigint, p_from timestamp with time zone, p_first bigint, OUT debits bigint, OUT credits bigint) returns record
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 36c2604e56345a5b

-- Inserts the entries of a batch; fails with data_corrupted when one does not continue its account.
function bahi.entry_append(p_ledger integer, p_accounts bigint[], p_positions bigint[], p_amounts bigint[], p_debits bigint[], p_credits bigint[], p_held_debits bigint[], p_held_credits bigint[], p_debit_counts integer[], p_credit_counts integer[], p_refused_counts integer[], p_versions integer[], p_net_mins bigint[], p_net_maxs bigint[]) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 0e2da7f77eae7210

-- The newest entry of each account before a position: version and totals; no row where there is none.
function bahi.entry_before(p_ledger integer, p_accounts bigint[], p_positions bigint[]) returns TABLE(account_id bigint, version integer, debits bigint, credits bigint)
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; jit=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 72de099463043da2

-- Inserts effective times of entries; fails with data_corrupted where one has no entry or is effective after its posting or in a closed period.
function bahi.entry_effective_append(p_ledger integer, p_at timestamp with time zone, p_closed_micros bigint, p_rows jsonb) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body e03911e0b1c14ac3

-- Entries of an account in a time, beyond a position in one direction, in order, an array each with time, type and code of its event.
function bahi.entry_list(p_ledger integer, p_account bigint, p_from_micros bigint, p_to_micros bigint, p_beyond bigint, p_descending boolean, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; jit=off; search_path=bahi, pg_temp; body 3de64af1eca006e6

-- Counts of entries by account over a stretch of the index, and where the stretch ended.
function bahi.entry_tally(p_ledger integer, p_account bigint, p_position bigint, p_number bigint, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 6251994be844d853

-- Who asked for what an event records.
function bahi.event_actor(p_ledger integer, p_number bigint) returns text
  sql stable security invoker; search_path=bahi, pg_temp; body 53f59feb66e83e31

-- Inserts a batch of events after p_head, in order.
function bahi.event_append(p_ledger integer, p_head bigint, p_at timestamp with time zone, p_types text[], p_codes text[], p_keys bytea, p_fingerprints bytea, p_bodies text[]) returns void
  plpgsql volatile security invoker; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body d50ada1406a535af

-- Earlier results of idempotency keys: [key as 32 hex digits, number, fingerprint, code, body] each.
function bahi.event_by_key(p_ledger integer, p_keys uuid[]) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 28ddccacae2bf0d3

-- One event's body; null where there is none.
function bahi.event_get(p_ledger integer, p_number bigint) returns text
  sql stable security definer; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; search_path=bahi, pg_temp; body fd440f64618b6d7f

-- Events up to a number over a stretch of the index of their idempotency keys, how many keys are distinct, and the last key of it.
function bahi.event_key_tally(p_ledger integer, p_after uuid, p_number bigint, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 5a3a25efba91a064

-- Events after a number, in order: the log as a stream of pages.
function bahi.event_list(p_ledger integer, p_after bigint, p_limit integer) returns TABLE(number bigint, at_micros bigint, code text, key uuid, fingerprint text, leaf_hash text, body text)
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body fa337f2446fe1f51

-- Number of the first event at this time or later; one above the newest when there is none.
function bahi.event_number_at(p_ledger integer, p_at timestamp with time zone) returns bigint
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 8303d829d21aad7d

-- Inverse of to_micros; exact below 2^53.
function bahi.from_micros(p_micros bigint) returns timestamp with time zone
  sql immutable strict security invoker parallel safe; search_path=bahi, pg_temp; body ee18080a1c224941

-- Payers and payees of holds, each once: they never change.
function bahi.hold_accounts(p_ledger integer, p_holds bigint[]) returns bigint[]
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 8bf9a916fe6af0d2

-- Inserts holds and versions of holds and brings the projection of open ones up to date; fails with data_corrupted where a version does not continue its hold.
function bahi.hold_append(p_ledger integer, p_holds jsonb) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body db8fc1ee0a134430

-- Open holds that should expire now, as [ledger, hold], the longest overdue first.
function bahi.hold_due(p_except integer[], p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 4d15eed0aa1dd67b

-- Present status of a hold, when it came to it, what was captured of each leg and by which transfers; null where there is none.
function bahi.hold_get(p_ledger integer, p_hold bigint, p_captures integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 897f01c1e230033e

-- Holds of a stretch whose newest version and whose row among the open ones disagree, with what each says, and where the stretch ended.
function bahi.hold_open_page(p_ledger integer, p_after bigint, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 275ff2e44f4f5cf7

-- Holds as they stood after an event, an array each in the order of the fold's reader; those that are none are left out.
function bahi.hold_states(p_ledger integer, p_holds bigint[], p_number bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 04f0bb7e7ac70fb9

-- Holds and scheduled transfers as they stood after an event, and those of the numbers that are other transfers.
function bahi.hold_states_at(p_ledger integer, p_holds bigint[], p_number bigint) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 59c96a82b4b49aaf

-- The random id of this installation, part of every link.
function bahi.installation_get() returns uuid
  sql stable security definer; search_path=bahi, pg_temp; body a219750ff34e8a9d

-- The id of the installation, the check values of its link keys, and [table, ledger_id] of rows whose ledger does not exist.
function bahi.installation_rows() returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; search_path=bahi, pg_temp; body 8b2bf43eb24be68e

-- Appends a folded batch, fenced by epoch, head number and link; answers what it did in a word.
function bahi.ledger_append(p_ledger integer, p_epoch text, p_head bigint, p_link text, p_at_micros bigint, p_new_link text, p_key_version smallint, p_types text[], p_codes text[], p_keys bytea, p_fingerprints bytea, p_bodies text[], p_accounts bigint[], p_positions bigint[], p_amounts bigint[], p_debits bigint[], p_credits bigint[], p_held_debits bigint[], p_held_credits bigint[], p_debit_counts integer[], p_credit_counts integer[], p_refused_counts integer[], p_versions integer[], p_net_mins bigint[], p_net_maxs bigint[], p_search_fields text[], p_search_values text[], p_search_numbers bigint[], p_touched bigint[], p_rare jsonb) returns text
  plpgsql volatile security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body f68d425a5d0cc644

-- Where the clock of a sandbox ledger stands, and how far ahead; null for a live one.
function bahi.ledger_clock(p_ledger integer) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 800f1e7555e9d7ec

-- Inserts the ledgers that a batch of the installation log created.
function bahi.ledger_create(p_ledgers jsonb) returns void
  plpgsql volatile security invoker; search_path=bahi, pg_temp; body 38138ce6ee636d69

-- Head and link of a log with the customers that a batch is about.
function bahi.ledger_customers(p_ledger integer, p_owners uuid[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 826a55bbdb12e7ab

-- All ledgers in the order of their creation, with the time of the event that created each; the installation's own log is none of them.
function bahi.ledger_list() returns json
  sql stable security definer; search_path=bahi, pg_temp; body 35bb6d8a505e5b8a

-- Waits up to 400 ms for the ledger's session lock; false when it was not had.
function bahi.ledger_lock(p_ledger integer) returns boolean
  plpgsql volatile security invoker; lock_timeout=400ms; search_path=bahi, pg_temp; body 6ed0dc174f3f4171

-- Takes the turn on a ledger: lock, epoch, head, clock (and how far a sandbox ledger's own is ahead of it; null for a live one), the newest close of its books, whether it has pools, which actions need a second person, the newest event that switched payments of a customer, what others touched since p_head (null: too much, forget all), of which accounts settings were changed, and the states asked for.
function bahi.ledger_open(p_ledger integer, p_epoch text, p_head bigint, p_link text, p_accounts bigint[], p_codes text[], p_keys uuid[], p_api_keys bigint[], p_names text[], p_holds bigint[], p_operators text[] DEFAULT '{}'::text[], p_totals bigint[] DEFAULT '{}'::bigint[], p_pools bigint[] DEFAULT '{}'::bigint[]) returns json
  plpgsql volatile security definer; search_path=bahi, pg_temp; body ef849c5fed346458

-- Head and link of a log with the transfers that are to be reversed.
function bahi.ledger_originals(p_ledger integer, p_transfers bigint[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 6e05f9f8f02228d1

-- Head and link of a log, the owner_states of owners, and which of these names pools have.
function bahi.ledger_owners(p_ledger integer, p_owners uuid[], p_pool_names text[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 3b107abede641c3e

-- Head and link of a log with the proposals that a batch decides.
function bahi.ledger_proposals(p_ledger integer, p_proposals bigint[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body c80f072472a93a98

-- Head, link and time of a log with the states that a batch needs.
function bahi.ledger_read(p_ledger integer, p_accounts bigint[], p_codes text[], p_keys uuid[], p_api_keys bigint[], p_names text[], p_holds bigint[], p_operators text[] DEFAULT '{}'::text[], p_totals bigint[] DEFAULT '{}'::bigint[], p_pools bigint[] DEFAULT '{}'::bigint[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body ca2882699d7e2780

-- Gives the ledger's session lock to the next in the queue; true when it was held.
function bahi.ledger_release(p_ledger integer) returns boolean
  plpgsql volatile security definer; search_path=bahi, pg_temp; body 1fca35dc65821ddb

-- Head and link of a log with the customers whose payments were stopped or let go on after an event.
function bahi.ledger_switches(p_ledger integer, p_after bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body faae03e50bd657ad

-- Head and link of a log, and the sliding_windows of limited accounts and of pools at a moment.
function bahi.ledger_windows(p_ledger integer, p_accounts bigint[], p_at_micros bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 91883efd0930fd33

-- Inserts marks of limited accounts; fails with data_corrupted where a sum falls.
function bahi.limit_mark_append(p_ledger integer, p_marks jsonb) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body fdc7bcb63ba7db51

-- Whether there are no more, and the first so many batches behind p_from, up to p_last, at which the total of a limit grew: time, sum, count, what has moved.
function bahi.limit_points(p_ledger integer, p_account bigint, p_direction text, p_from bigint, p_moved numeric, p_last bigint, p_points integer) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 9badce72897e095b

-- Accounts with their pools, and pools, with what their limits look at now: ledger_read, the time, and account_sliding at that time.
function bahi.limit_states(p_ledger integer, p_accounts bigint[], p_pools bigint[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 075bfdd150d000a2

-- Cumulative total of an account before an event, in the direction of a limit: sum and count, and what has moved.
function bahi.limit_total(p_ledger integer, p_account bigint, p_direction text, p_number bigint, OUT sum numeric, OUT count integer, OUT moved numeric) returns record
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body dc1d217d69e66382

-- Whether a key of the links was ever used in this installation.
function bahi.link_key_known() returns boolean
  sql stable security definer; search_path=bahi, pg_temp; body e942957d69dd8014

-- The check value of an engine key: the first process that starts writes it, every later one must have the same.
function bahi.link_key_register(p_version smallint, p_check_value text) returns text
  plpgsql volatile security definer; search_path=bahi, pg_temp; body f732e194d294d85c

-- Says why a log is not signed, or (null) that it is again.
function bahi.log_alarm_set(p_ledger integer, p_why text) returns boolean
  plpgsql volatile security definer; search_path=bahi, pg_temp; body 08956118046b8086

-- Logs with events that no checkpoint covers (p_all: all logs, with their newest note): [ledger, size, root, newest event, note] each.
function bahi.log_due(p_all boolean) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; jit=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 686cbd63293c4cd0

-- Numbers of the newest batch and of the newest event, and whether the ledger is a sandbox; for the installation, the ledgers that no event created.
function bahi.log_head(p_ledger integer) returns json
  sql stable security definer; search_path=bahi, pg_temp; body cddd4e3d7b3dd6df

-- Adds a key that signs checkpoints; false where there is one of this number already.
function bahi.log_key_add(p_number integer, p_public_key text, p_sealed text, p_mac text) returns boolean
  plpgsql volatile security definer; search_path=bahi, pg_temp; body 87a6a56ebd8c6e99

-- The keys of checkpoints: [number, public key, sealed private key, MAC, retired] each.
function bahi.log_key_list() returns json
  sql stable security definer; search_path=bahi, pg_temp; body 2301f0160e991d64

-- A key signs no more; false where no other one would.
function bahi.log_key_retire(p_number integer) returns boolean
  plpgsql volatile security definer; search_path=bahi, pg_temp; body 832aaffe16a91e12

-- Batches after a number with everything that they appended, for the verifier.
function bahi.log_page(p_ledger integer, p_after bigint, p_head bigint, p_events integer) returns TABLE(first_number bigint, last_number bigint, at_micros bigint, link text, key_version smallint, event_count bigint, other_time json, leaf_hashes text, types text, codes text, keys text, fingerprints text, bodies text, accounts text, positions text, amounts text, debits text, credits text, held_debits text, held_credits text, debit_counts text, credit_counts text, refused_counts text, versions text, net_mins text, net_maxs text, touched text, rare json)
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; jit=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 25d4cccaefeb3c86

-- Ledgers, accounts, settings, API keys, revocations, rotations, holds, marks of limits, moves of the clock, reversals, effective times, schedules, closes, balances carried forward, pools and what they counted, operators, customers, policies, proposals and decisions of a stretch of the log.
function bahi.log_rare_rows(p_ledger integer, p_before bigint, p_last bigint, p_touched bigint[]) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 6a449e8e8954e3e1

-- Logs by what is signed of them: [ledger, name, newest event, size of the checkpoint, when it was signed, age of the oldest event that none covers, alarm] each; a log without any checkpoint, and one of a sandbox, has no age.
function bahi.log_status(p_all boolean) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; jit=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 295d6c840e7b327f

-- For each kind of row: how many events up to a number may have appended, and the first number beyond the newest batch at which one stands.
function bahi.log_tally(p_ledger integer, p_number bigint) returns json
  sql stable security definer; enable_seqscan=off; search_path=bahi, pg_temp; body f0e05e02344731c6

-- Inserts versions of operators; fails with data_corrupted where one does not continue its operator.
function bahi.operator_append(p_ledger integer, p_operators jsonb) returns void
  plpgsql volatile security invoker; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 96b1091888e5495d

-- An operator by number or name: the newest version, the last minute that each session was used in, and the sealed factors where they are asked for.
function bahi.operator_get(p_operator text, p_secrets boolean) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 6de05cc81db85f97

-- The newest version of every operator, the disabled ones included.
function bahi.operator_list() returns json
  sql stable security definer; search_path=bahi, pg_temp; body 9a06b659ac3bf878

-- One version of an operator as the fold wrote it.
function bahi.operator_row(p_ledger integer, p_operator bigint, p_number bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body e924060c6d37ad65

-- Notes that a session was used in this minute since 1970; one before the newest that is noted changes nothing.
function bahi.operator_session_seen(p_session bigint, p_minute bigint) returns bigint
  sql volatile security definer; search_path=bahi, pg_temp; body edce2fd41fcc367d

-- Operators named by number or by name as they stood after an event.
function bahi.operator_states(p_ledger integer, p_operators text[], p_number bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body bdb5cdc04d31cb9a

-- Operators as they stood after an event, for the verifier.
function bahi.operator_states_at(p_ledger integer, p_operators text[], p_number bigint) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 245cc3c27a9a2da1

-- Transfers as a reversal sees them after an event: rows of [number, body, reversed of each leg or null, newest event that changed it]; what is none is left out.
function bahi.original_states(p_ledger integer, p_transfers bigint[], p_number bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 8b82f7e522614dd6

-- Owners with the numbers and currencies of their accounts (of each currency the first 501) and of their pools, after an event.
function bahi.owner_states(p_ledger integer, p_owners uuid[], p_number bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 2d5cb1b7b17898de

-- Inserts closes; fails with data_corrupted on one of the future, one that is not later than the one before, and one while that is still being carried forward.
function bahi.period_append(p_ledger integer, p_at timestamp with time zone, p_rows jsonb) returns void
  plpgsql volatile security invoker; search_path=bahi, pg_temp; body a1ffe26c09028cb4

-- Balances with which accounts were carried forward at a close: [account, code, kind, currency, debits, credits]; null where there is no such close.
function bahi.period_balances(p_ledger integer, p_period bigint, p_beyond bigint, p_descending boolean, p_count integer, p_examined integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body f1c3de2086d017e9

-- Inserts balances carried forward; fails with data_corrupted where one is not what counts before the close.
function bahi.period_carry_append(p_ledger integer, p_carried jsonb, p_progress jsonb) returns void
  plpgsql volatile security invoker; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 58c8db80884711da

-- The next accounts that the newest close of a ledger carries forward, with their balances; null where nothing is left.
function bahi.period_carry_page(p_ledger integer, p_accounts integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body a346729709982ef4

-- Ledgers with a close that is still being carried forward, without those named.
function bahi.period_due(p_except integer[]) returns json
  plpgsql stable security definer; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 669f7bd2a3029a4f

-- Closes of a ledger: [number, closed until, closed at, balances carried, whether that is all]; times in microseconds.
function bahi.period_list(p_ledger integer, p_beyond bigint, p_descending boolean, p_count integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 1f5c71b8b0cc51f2

-- Inserts versions of pools, and what pools counted in a batch; fails with data_corrupted where totals fall or stay.
function bahi.pool_append(p_ledger integer, p_pools jsonb, p_totals jsonb) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 42b6ac8509ab7b10

-- Cumulative total of a pool before an event, in the direction of a limit: sum and count, and what has moved.
function bahi.pool_limit_total(p_ledger integer, p_pool bigint, p_direction text, p_number bigint, OUT sum numeric, OUT count bigint, OUT moved numeric) returns record
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body b54219eb4726f971

-- Pools beyond a number in one direction, as their newest versions have them.
function bahi.pool_list(p_ledger integer, p_beyond bigint, p_descending boolean, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 82e92d76db7b4883

-- Accounts in a pool that lists them, ascending.
function bahi.pool_members(p_ledger integer, p_pool bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 46cc1220e39cf05a

-- Names that pools have after an event (null: now), with the numbers of these.
function bahi.pool_names(p_ledger integer, p_names text[], p_number bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 2659aac81422a104

-- As limit_points, of a pool: whether there are no more, and the first so many batches at which the total of a limit grew.
function bahi.pool_points(p_ledger integer, p_pool bigint, p_direction text, p_from bigint, p_moved numeric, p_last bigint, p_points integer) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body aea3f9db728291e8

-- As sliding_windows, of a pool.
function bahi.pool_sliding(p_ledger integer, p_pool bigint, p_limits jsonb, p_at_micros bigint, p_last bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 569aa745010c700b

-- Pools named by id, and those of the accounts named by id or by code, after an event: what they are, time of the event, what they have counted by then and had when its day and its month began, and their sliding windows; null where the ledger has none.
function bahi.pool_states(p_ledger integer, p_pools bigint[], p_accounts bigint[], p_codes text[], p_number bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body ccd47efb4108fc8f

-- What a pool had counted before an event, in the form of window_totals.
function bahi.pool_totals(p_ledger integer, p_pool bigint, p_number bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body c77df555cb92c025

-- Inserts policies, proposals and decisions; fails with data_corrupted where a proposal is decided after its end.
function bahi.proposal_append(p_ledger integer, p_at timestamp with time zone, p_policies jsonb, p_proposals jsonb, p_decisions jsonb) returns void
  plpgsql volatile security invoker; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 9a7a224444e6e0b5

-- What was decided about a proposal, as the fold wrote it; null where nothing was.
function bahi.proposal_decision_row(p_ledger integer, p_proposal bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body 7c3108fc33aef632

-- A proposal as proposal_view; null where there is none.
function bahi.proposal_get(p_ledger integer, p_proposal bigint) returns json
  sql stable security definer; search_path=bahi, pg_temp; body 4109bcaba8e99067

-- Proposals of a ledger by number, each as proposal_view.
function bahi.proposal_list(p_ledger integer, p_beyond bigint, p_descending boolean, p_count integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body df94c962fd101572

-- One proposal as the fold wrote it.
function bahi.proposal_row(p_ledger integer, p_proposal bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body aa0b6656e9fe59bb

-- Proposals as they stood after an event, [proposal_row, proposal_decision_row or null] each; what is none is left out.
function bahi.proposal_states(p_ledger integer, p_proposals bigint[], p_number bigint) returns json
  sql stable security invoker; search_path=bahi, pg_temp; body 558c923edb0ba527

-- Proposals as they stood after an event, for the verifier.
function bahi.proposal_states_at(p_ledger integer, p_proposals bigint[], p_number bigint) returns json
  sql stable security definer; search_path=bahi, pg_temp; body c73e3915ce3c04df

-- A proposal with its event, what was decided and when, and the time of the ledger; times in microseconds.
function bahi.proposal_view(p_ledger integer, p_proposal bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 85c6ed80ce09c4bf

-- Takes up to a lot of requests out of a bucket, which is full when it is new: [taken, left, milliseconds until there is one]. Locks the row of the bucket until it commits.
function bahi.rate_take(p_ledger integer, p_client text, p_class text, p_rate text, p_requests integer, p_seconds integer, p_lot integer) returns json
  plpgsql volatile security definer; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body adb778d0c1163d9d

-- Trigger on every table of history: blocks UPDATE, DELETE and TRUNCATE, the owner's included.
function bahi.refuse_change() returns trigger
  plpgsql volatile security invoker; search_path=bahi, pg_temp; body 04b526ad035455fd

-- Inserts versions of what was reversed; fails with data_corrupted where one does not continue those of its transfer.
function bahi.reversal_append(p_ledger integer, p_reversals jsonb) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body a54f7ec1715f3357

-- Minor units that were reversed of each leg of a transfer, and the events that reversed it; null where none did.
function bahi.reversal_get(p_ledger integer, p_transfer bigint, p_reversals integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 2ecb7c6d18f5aa36

-- Microseconds by which the clock of a sandbox ledger is ahead of the database's.
function bahi.sandbox_ahead(p_ledger integer) returns bigint
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body a9c4c3e981a7f518

-- Inserts moves of a sandbox ledger's clock; fails with data_corrupted on a live ledger and on a move that is none forward.
function bahi.sandbox_clock_append(p_ledger integer, p_sandbox boolean, p_moves jsonb) returns void
  plpgsql volatile security invoker; search_path=bahi, pg_temp; body 6ac039364033f64c

-- Inserts versions of scheduled transfers and brings the projection of those still to come up to date; fails with data_corrupted where a version does not continue its schedule.
function bahi.schedule_append(p_ledger integer, p_schedules jsonb) returns void
  plpgsql volatile security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 4d334b52fa662f2c

-- Scheduled transfers that should be posted now, as [ledger, schedule, body of its event], the longest overdue first.
function bahi.schedule_due(p_except integer[], p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body e12722397e84d0a2

-- Present status of a scheduled transfer, the event that it came to it by, when, and the refusal if it was one; null where it is none.
function bahi.schedule_get(p_ledger integer, p_schedule bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body ffd718eaca148b0d

-- Schedules of a stretch whose newest version and whose row among the open ones disagree, with what each says, and where the stretch ended.
function bahi.schedule_open_page(p_ledger integer, p_after bigint, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 566ee5ff38ec8f78

-- Scheduled transfers as they stood after an event, an array each in the order of the fold's reader; those that are none are left out.
function bahi.schedule_states(p_ledger integer, p_schedules bigint[], p_number bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 92601754d04442ce

-- Newest applied migration and checksum of the function set in force.
function bahi.schema_version(OUT version integer, OUT function_checksum text) returns record
  sql stable security definer; search_path=bahi, pg_temp; body 02c371911b566192

-- Sealed secrets that are not what their digest says, and those that a version of an operator or a customer names and that are not there: [digest, found].
function bahi.sealed_secret_broken() returns json
  sql stable security definer; search_path=bahi, pg_temp; body e3372268a8b4bc5a

-- Keeps sealed secrets, before the event that names them by their digest.
function bahi.sealed_secret_put(p_ciphertexts bytea[]) returns integer
  sql volatile security definer; search_path=bahi, pg_temp; body ead61eae47ebf26a

-- Accounts whose settings were changed after p_number, one for each change.
function bahi.settings_since(p_ledger integer, p_number bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 0a79670d2c89283a

-- Makes this session the signer of checkpoints, unless another one is.
function bahi.signing_lock() returns text
  plpgsql volatile security definer; search_path=bahi, pg_temp; body d6a6ee9352dd8e2c

-- Whether this session is the signer of checkpoints.
function bahi.signing_lock_is_held() returns boolean
  sql stable security invoker; search_path=bahi, pg_temp; body 23ee5102cae13862

-- Of each limit of an account whose window slides, at a moment and up to an event: sum, count and what had moved when the window began, and its points; null for a limit of the calendar.
function bahi.sliding_windows(p_ledger integer, p_account bigint, p_limits jsonb, p_at_micros bigint, p_last bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 77460f5e90820fd6

-- Entries of an account after a position up to an event, in order, an array each with the time, the reference and the leg of its transfer.
function bahi.statement_page(p_ledger integer, p_account bigint, p_after bigint, p_last bigint, p_limit integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; jit=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 95a1789ae4bb0fb4

-- Microseconds since 1970 of a time; exact.
function bahi.to_micros(p_at timestamp with time zone) returns bigint
  sql immutable strict security invoker parallel safe; search_path=bahi, pg_temp; body d57b802d3802d06a

-- Transfers beyond a number in one direction that hold all filters: rows of [number, body, what became of its hold, what was reversed of it, what became of its schedule] in order, and where the examination ended early.
function bahi.transfer_list(p_ledger integer, p_account bigint, p_status text, p_from_micros bigint, p_to_micros bigint, p_fields text[], p_values text[], p_beyond bigint, p_descending boolean, p_limit integer, p_captures integer) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; enable_sort=off; jit=off; search_path=bahi, pg_temp; body b606b08c153a48aa

-- Inserts the searchable references and metadata of a batch.
function bahi.transfer_search_append(p_ledger integer, p_fields text[], p_values text[], p_numbers bigint[]) returns void
  plpgsql volatile security invoker; search_path=bahi, pg_temp; body 9b34494a3a2162d6

-- Those of the given search rows that are not stored.
function bahi.transfer_search_missing(p_ledger integer, p_fields text[], p_values text[], p_numbers bigint[]) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 6b82ca31a7d3be8b

-- Those of the given numbers that are transfers without a hold.
function bahi.transfers_not_held(p_ledger integer, p_numbers bigint[], p_number bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_hashjoin=off; enable_mergejoin=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body e8055a0e77f9530d

-- Leaf hashes behind a number, up to the end of a batch; last_number is null where there are none.
function bahi.tree_leaves(p_ledger integer, p_after bigint, p_count integer) returns TABLE(last_number bigint, hashes bytea)
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 0d73eb1d6dcdc9b8

-- Checkpoints and nodes of the tree that end in a range of numbers.
function bahi.tree_page(p_ledger integer, p_after bigint, p_last bigint) returns json
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 443c5b285fd7f0e0

-- Checkpoints beyond the log or below its first event, and nodes that no checkpoint covers.
function bahi.tree_strays(p_ledger integer) returns json
  plpgsql stable security definer; search_path=bahi, pg_temp; body 170a2fe8101a1f2a

-- Hashes of the tiles asked for, up to 256 each, as far as they are stored; null for a tile without any.
function bahi.tree_tiles(p_ledger integer, p_levels smallint[], p_tiles bigint[]) returns TABLE(level smallint, tile bigint, hashes bytea)
  plpgsql stable security definer; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body b1a3cdeb5b2a0313

-- Totals of an account before an event that limits look at: debits, credits, held each way, counts, and what holds had given back each way.
function bahi.window_totals(p_ledger integer, p_account bigint, p_number bigint) returns json
  plpgsql stable security invoker; enable_bitmapscan=off; enable_seqscan=off; enable_sort=off; plan_cache_mode=force_generic_plan; search_path=bahi, pg_temp; body 9d6d2cf338d3da84

-- -------------------- Privileges

grant execute on function bahi.account_children to bahi_serve;
grant execute on function bahi.account_codes to bahi_serve;
grant execute on function bahi.account_effective to bahi_serve;
grant execute on function bahi.account_get to bahi_serve;
grant execute on function bahi.account_list to bahi_serve;
grant execute on function bahi.account_names to bahi_serve;
grant execute on function bahi.account_page_at to bahi_serve;
grant execute on function bahi.account_period to bahi_serve;
grant execute on function bahi.account_sliding to bahi_serve;
grant execute on function bahi.account_states_at to bahi_serve;
grant execute on function bahi.account_tree to bahi_serve;
grant execute on function bahi.account_windows to bahi_serve;
grant execute on function bahi.api_key_find to bahi_serve;
grant execute on function bahi.api_key_list to bahi_serve;
grant execute on function bahi.api_key_sign to bahi_serve;
grant execute on function bahi.api_key_states_at to bahi_serve;
grant execute on function bahi.api_key_unsigned to bahi_serve;
grant execute on function bahi.api_key_use_record to bahi_serve;
grant execute on function bahi.approval_policy_get to bahi_serve;
grant execute on function bahi.batch_link to bahi_serve;
grant execute on function bahi.checkpoint_append to bahi_serve;
grant execute on function bahi.checkpoint_get to bahi_serve;
grant execute on function bahi.customer_changes to bahi_serve;
grant execute on function bahi.customer_get to bahi_serve;
grant execute on function bahi.customer_states_at to bahi_serve;
grant execute on function bahi.customer_switches_at to bahi_serve;
grant execute on function bahi.data_key_add to bahi_serve;
grant execute on function bahi.data_key_list to bahi_serve;
grant execute on function bahi.data_key_retire to bahi_serve;
grant execute on function bahi.entry_before to bahi_serve;
grant execute on function bahi.entry_list to bahi_serve;
grant execute on function bahi.entry_tally to bahi_serve;
grant execute on function bahi.event_get to bahi_serve;
grant execute on function bahi.event_key_tally to bahi_serve;
grant execute on function bahi.event_list to bahi_serve;
grant execute on function bahi.hold_due to bahi_serve;
grant execute on function bahi.hold_get to bahi_serve;
grant execute on function bahi.hold_open_page to bahi_serve;
grant execute on function bahi.hold_states_at to bahi_serve;
grant execute on function bahi.installation_get to bahi_serve;
grant execute on function bahi.installation_rows to bahi_serve;
grant execute on function bahi.ledger_append to bahi_serve;
grant execute on function bahi.ledger_clock to bahi_serve;
grant execute on function bahi.ledger_customers to bahi_serve;
grant execute on function bahi.ledger_list to bahi_serve;
grant execute on function bahi.ledger_open to bahi_serve;
grant execute on function bahi.ledger_originals to bahi_serve;
grant execute on function bahi.ledger_owners to bahi_serve;
grant execute on function bahi.ledger_proposals to bahi_serve;
grant execute on function bahi.ledger_read to bahi_serve;
grant execute on function bahi.ledger_release to bahi_serve;
grant execute on function bahi.ledger_switches to bahi_serve;
grant execute on function bahi.ledger_windows to bahi_serve;
grant execute on function bahi.limit_states to bahi_serve;
grant execute on function bahi.link_key_known to bahi_serve;
grant execute on function bahi.link_key_register to bahi_serve;
grant execute on function bahi.log_alarm_set to bahi_serve;
grant execute on function bahi.log_due to bahi_serve;
grant execute on function bahi.log_head to bahi_serve;
grant execute on function bahi.log_key_add to bahi_serve;
grant execute on function bahi.log_key_list to bahi_serve;
grant execute on function bahi.log_key_retire to bahi_serve;
grant execute on function bahi.log_page to bahi_serve;
grant execute on function bahi.log_status to bahi_serve;
grant execute on function bahi.log_tally to bahi_serve;
grant execute on function bahi.operator_get to bahi_serve;
grant execute on function bahi.operator_list to bahi_serve;
grant execute on function bahi.operator_session_seen to bahi_serve;
grant execute on function bahi.operator_states_at to bahi_serve;
grant execute on function bahi.original_states to bahi_serve;
grant execute on function bahi.owner_states to bahi_serve;
grant execute on function bahi.period_balances to bahi_serve;
grant execute on function bahi.period_carry_page to bahi_serve;
grant execute on function bahi.period_due to bahi_serve;
grant execute on function bahi.period_list to bahi_serve;
grant execute on function bahi.pool_list to bahi_serve;
grant execute on function bahi.pool_members to bahi_serve;
grant execute on function bahi.pool_names to bahi_serve;
grant execute on function bahi.pool_states to bahi_serve;
grant execute on function bahi.proposal_get to bahi_serve;
grant execute on function bahi.proposal_list to bahi_serve;
grant execute on function bahi.proposal_states_at to bahi_serve;
grant execute on function bahi.rate_take to bahi_serve;
grant execute on function bahi.reversal_get to bahi_serve;
grant execute on function bahi.schedule_due to bahi_serve;
grant execute on function bahi.schedule_get to bahi_serve;
grant execute on function bahi.schedule_open_page to bahi_serve;
grant execute on function bahi.schema_version to bahi_serve;
grant execute on function bahi.sealed_secret_broken to bahi_serve;
grant execute on function bahi.sealed_secret_put to bahi_serve;
grant execute on function bahi.signing_lock to bahi_serve;
grant execute on function bahi.statement_page to bahi_serve;
grant execute on function bahi.transfer_list to bahi_serve;
grant execute on function bahi.transfer_search_missing to bahi_serve;
grant execute on function bahi.tree_leaves to bahi_serve;
grant execute on function bahi.tree_page to bahi_serve;
grant execute on function bahi.tree_strays to bahi_serve;
grant execute on function bahi.tree_tiles to bahi_serve;
grant usage on schema bahi to bahi_serve;
