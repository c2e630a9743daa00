-- Why a log is not signed, and which keys of the logs no longer sign.
--
-- An alarm: what is stored of a log is not what was appended, or not what a checkpoint outside says. Posting to it stops in every
-- process while a row stands here; the signer takes it away once the log can be signed again. It is beside the log: without the
-- row the log is not signed either, and posting stops when it lags too far behind.

create table bahi.log_alarm (
  ledger_id integer not null,
  raised_at timestamptz not null default clock_timestamp(),
  why text collate "C" not null,
  constraint log_alarm_pkey primary key (ledger_id)
);
comment on table bahi.log_alarm is 'Logs that the signer refuses to sign, with the reason.';

create table bahi.log_key_retirement (
  key_number integer not null,
  retired_at timestamptz not null default now(),
  constraint log_key_retirement_pkey primary key (key_number),
  constraint retirement_is_of_a_key foreign key (key_number) references bahi.log_key (key_number)
);
comment on table bahi.log_key_retirement is 'Keys that sign no more checkpoints. What they signed still holds.';
create trigger history_is_append_only before update or delete or truncate on bahi.log_key_retirement
  for each statement execute function bahi.refuse_change();
