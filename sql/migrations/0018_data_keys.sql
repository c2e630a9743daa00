-- Keys that the engine works with (links, cursors, sealed secrets, pseudonyms), each wrapped under a key that is outside the
-- database. The same data key may stand under two wrapping keys: while the master key is replaced.
--
-- Beside the log: without them nothing is opened, and a false one does not unwrap.

create table bahi.data_key (
  purpose text collate "C" not null,
  wrapping text collate "C" not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  constraint data_key_pkey primary key (purpose, wrapping),
  constraint wrapped_is_short check (length(wrapped) between 32 and 4096)
);
comment on table bahi.data_key is 'Data keys of the installation, wrapped under a key that is outside the database.';
comment on column bahi.data_key.purpose is 'What it is for; each purpose has one data key.';
comment on column bahi.data_key.wrapping is 'Names the key that wraps it.';
comment on column bahi.data_key.wrapped is 'As the key provider gave it; of the local one AES-256-GCM, bound to purpose, installation and wrapping key.';
