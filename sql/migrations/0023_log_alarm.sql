-- Why a log is not signed: what is stored of it is not what was appended, or not what a checkpoint outside says. Posting to it
-- stops in every process while a row stands here; the signer takes it away once the log can be signed again.
--
-- Beside the log: without a row the log is not signed either, and posting stops when it lags too far behind.

create table bahi.log_alarm (
  ledger_id integer not null,
  raised_at timestamptz not null default clock_timestamp(),
  why text collate "C" not null,
  constraint log_alarm_pkey primary key (ledger_id)
);
comment on table bahi.log_alarm is 'Logs that the signer refuses to sign, with the reason.';
