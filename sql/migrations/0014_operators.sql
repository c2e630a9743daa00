-- Operators: members of staff who sign in with two factors.
--
-- operator is history, as all else: each event about an operator adds a version that repeats the whole state, open sessions
-- included, so that whoever asks reads one row. Each row ends with a MAC whose key is outside the database.
--
-- sealed_secret keeps the ciphertexts (argon2id hash, TOTP seed) that versions name by their digest. It is written before the
-- event, so one that no version names is of an enrolment that came to nothing. The key is outside the database.
--
-- operator_session_use says in which minute a session was used last: what the idle timeout is counted from. It stands beside
-- the log, as api_key_use does: its rows are overwritten.

create table bahi.sealed_secret (
  digest bytea not null,
  ciphertext bytea not null,
  constraint sealed_secret_pkey primary key (digest),
  constraint digest_is_of_the_ciphertext check (digest = sha256(ciphertext)),
  constraint ciphertext_is_short check (length(ciphertext) <= 1024)
);
comment on table bahi.sealed_secret is 'Password hashes and TOTP seeds of operators, sealed under a key that is outside the database.';
comment on column bahi.sealed_secret.digest is 'SHA-256 of the ciphertext, which is all that the log says of it.';
comment on column bahi.sealed_secret.ciphertext is 'AES-256-GCM: version of the key, nonce, tag, text; bound to table, column and operator.';
create trigger history_is_append_only before update or delete or truncate on bahi.sealed_secret
  for each statement execute function bahi.refuse_change();

create table bahi.operator (
  ledger_id integer not null,
  operator_id bigint not null,
  number bigint not null,
  name text collate "C" not null,
  role text collate "C" not null,
  status text collate "C" not null,
  invitation_hash bytea,
  invitation_expires_at timestamptz,
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
  constraint operator_pkey primary key (ledger_id, operator_id, number),
  constraint operator_is_of_the_installation check (ledger_id = 0),
  constraint version_is_not_before_the_operator check (number >= operator_id),
  constraint operator_status_is_known check (status in ('invited', 'enrolled', 'disabled')),
  constraint factors_are_both_there_or_neither check ((password_digest is null) = (totp_digest is null) and (credential is null) = (totp_digest is null)),
  constraint enrolled_has_factors check (status <> 'enrolled' or credential is not null),
  constraint only_the_enrolled_have_sessions check (status = 'enrolled' or cardinality(session_ids) = 0),
  constraint every_session_has_all_columns check (cardinality(session_hashes) = cardinality(session_ids)
    and cardinality(session_starts) = cardinality(session_ids) and cardinality(session_ends) = cardinality(session_ids)),
  constraint mac_is_a_sha256 check (length(mac) = 32),
  constraint password_is_sealed foreign key (password_digest) references bahi.sealed_secret (digest),
  constraint totp_seed_is_sealed foreign key (totp_digest) references bahi.sealed_secret (digest)
);
comment on table bahi.operator is 'Versions of an operator by event number, each with all there is to know; the newest one holds.';
comment on column bahi.operator.operator_id is 'Event of the installation''s log that invited it.';
comment on column bahi.operator.number is 'Event that made this version.';
comment on column bahi.operator.name is 'Handle to sign in with; no name of a person.';
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
create unique index operator_name_is_unique on bahi.operator (ledger_id, name) where number = operator_id;
create trigger history_is_append_only before update or delete or truncate on bahi.operator
  for each statement execute function bahi.refuse_change();

create table bahi.operator_session_use (
  session_id bigint not null,
  minute bigint not null,
  constraint operator_session_use_pkey primary key (session_id)
) with (fillfactor = 50);
comment on table bahi.operator_session_use is 'The newest minute in which a session of an operator was used, from which its idle timeout counts. Beside the log.';
comment on column bahi.operator_session_use.minute is 'Minutes since 1970.';
