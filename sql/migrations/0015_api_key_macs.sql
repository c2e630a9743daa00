-- Authenticates the rows of API keys: each has a MAC whose key is outside the database, so that a key which somebody writes into
-- the database, or gives more scopes there, opens nothing. It says nothing that the row does not, so links do not cover it.

create table bahi.api_key_mac (
  ledger_id integer not null,
  key_id bigint not null,
  mac bytea not null,
  constraint api_key_mac_pkey primary key (ledger_id, key_id),
  constraint mac_is_of_a_key foreign key (ledger_id, key_id) references bahi.api_key (ledger_id, key_id),
  constraint mac_is_a_sha256 check (length(mac) = 32)
);
comment on table bahi.api_key_mac is 'MACs of the rows of API keys. Without a valid one a key is refused.';
comment on column bahi.api_key_mac.mac is 'HMAC-SHA-256 over api_key_signed, ledger and key, under a key that is outside the database.';
create trigger history_is_append_only before update or delete or truncate on bahi.api_key_mac
  for each statement execute function bahi.refuse_change();
