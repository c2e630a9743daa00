-- When each API key was used last: for whoever has to tell which keys are still needed, or since when a stolen one was.
--
-- Beside the log: no decision reads it, no event comes of it, and the verifier does not look at it. So it is no
-- history: its rows are overwritten.

create table bahi.api_key_use (
  ledger_id integer not null,
  key_id bigint not null,
  used_at timestamptz not null,
  constraint api_key_use_pkey primary key (ledger_id, key_id),
  constraint use_is_of_a_key foreign key (ledger_id, key_id) references bahi.api_key (ledger_id, key_id)
) with (fillfactor = 50);
comment on table bahi.api_key_use is 'When a key was used last. Written by each server at most once a minute for a key; beside the log, and no part of what is verified.';
comment on column bahi.api_key_use.used_at is 'By the database''s clock, of a sandbox ledger''s keys, too.';
