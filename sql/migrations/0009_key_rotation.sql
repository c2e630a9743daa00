-- API keys that follow one another, and the networks that a key may be used from.
--
-- A rotation is one event: it makes the successor, whose number it is, and says when the key before it ends. Networks are
-- part of a key for good: whoever wants others rotates it. Where a key has none, nothing about it is stored otherwise than before.

alter table bahi.api_key add column networks text[] collate "C" not null default '{}';
comment on column bahi.api_key.networks is 'CIDR blocks that the key may be used from; empty: from anywhere.';

create table bahi.api_key_rotation (
  ledger_id integer not null,
  key_id bigint not null,
  number bigint not null,
  ends_at timestamptz not null,
  constraint api_key_rotation_pkey primary key (ledger_id, key_id),
  constraint rotation_is_of_a_key foreign key (ledger_id, key_id) references bahi.api_key (ledger_id, key_id),
  constraint successor_is_a_key foreign key (ledger_id, number) references bahi.api_key (ledger_id, key_id),
  constraint successor_is_newer check (number > key_id)
);
comment on table bahi.api_key_rotation is 'A key with a row here has a successor, the key of that number, and ends at ends_at.';
comment on column bahi.api_key_rotation.ends_at is 'Never later than the end that the key had before.';
create trigger history_is_append_only before update or delete or truncate on bahi.api_key_rotation
  for each statement execute function bahi.refuse_change();
