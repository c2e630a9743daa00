-- Customers, who own accounts, and their factors: with what they authorise transfers.
--
-- customer is history, as all else: each event about the factors of a customer adds a version that repeats all of them, so that
-- whoever asks reads one row. Each row ends with a MAC whose key is outside the database. Nothing here says who the customer is:
-- owner is the random UUID that its accounts name. The seeds stand in sealed_secret, named by their digest.

create table bahi.customer (
  ledger_id integer not null,
  customer_id bigint not null,
  number bigint not null,
  owner uuid not null,
  recovery_hashes text[] collate "C" not null,
  factors jsonb not null,
  mac bytea not null,
  constraint customer_pkey primary key (ledger_id, customer_id, number),
  constraint version_is_not_before_the_customer check (number >= customer_id),
  constraint factors_are_a_list check (jsonb_typeof(factors) = 'array'),
  constraint mac_is_a_sha256 check (length(mac) = 32)
);
comment on table bahi.customer is 'Versions of a customer by event number, each with all of its factors; the newest one holds.';
comment on column bahi.customer.customer_id is 'Event that was the first about the factors of this customer.';
comment on column bahi.customer.number is 'Event that made this version.';
comment on column bahi.customer.owner is 'Random UUID that owns accounts of the ledger.';
comment on column bahi.customer.recovery_hashes is 'SHA-256 of the recovery codes that are left.';
comment on column bahi.customer.factors is 'In the order of enrolment: [event that enrolled it, type, label, status, digest of the sealed seed, who vouched, factor that it replaces, when the status began, until when it may be confirmed, from when it may be used, when it was used last, newest time step used, wrong codes in a row, locked until]; times in microseconds since 1970, of removed ones the newest ten.';
comment on column bahi.customer.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database.';
create unique index customer_is_known_once on bahi.customer (ledger_id, owner) where number = customer_id;
create trigger history_is_append_only before update or delete or truncate on bahi.customer
  for each statement execute function bahi.refuse_change();
comment on table bahi.sealed_secret is 'Password hashes and TOTP seeds of operators and TOTP seeds of customers, sealed under a key that is outside the database.';
comment on column bahi.sealed_secret.ciphertext is 'AES-256-GCM: version of the key, nonce, tag, text; bound to table, column and whose it is.';
