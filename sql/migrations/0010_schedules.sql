-- Scheduled transfers: asked for now, decided and posted at a time to come.
--
-- schedule is history, as all else: a version of it is added by the event that places it and by the one that ends it, and
-- repeats everything, so that the fold finds it in one seek, whatever became of it. What it is to move stands in its event.
--
-- schedule_open is, as hold_open, a projection: what is still to come, by time, for the sweeper. It is written by the append,
-- in the statement that writes the version, and can be made again from the versions; the verifier holds one against the
-- other. Nothing decides by it.

create table bahi.schedule (
  ledger_id integer not null,
  schedule_id bigint not null,
  number bigint not null,
  status text collate "C" not null,
  scheduled_for timestamptz not null,
  unrestricted boolean not null,
  constraint schedule_pkey primary key (ledger_id, schedule_id, number),
  constraint version_is_not_before_the_schedule check (number >= schedule_id),
  constraint schedule_status_is_known check (status in ('scheduled', 'executed', 'execution_refused', 'canceled'))
);
comment on table bahi.schedule is 'Versions of a scheduled transfer by event number, each with all there is to know of it but its legs; the newest one holds.';
comment on column bahi.schedule.schedule_id is 'Event that scheduled it.';
comment on column bahi.schedule.number is 'Event that made this version: the scheduling, the execution or the cancellation.';
comment on column bahi.schedule.scheduled_for is 'From this time on it is decided and posted, once.';
comment on column bahi.schedule.unrestricted is 'Whoever scheduled it had transfers:unrestricted, and so has it.';
create trigger history_is_append_only before update or delete or truncate on bahi.schedule
  for each statement execute function bahi.refuse_change();

create table bahi.schedule_open (
  ledger_id integer not null,
  schedule_id bigint not null,
  scheduled_for timestamptz not null,
  constraint schedule_open_pkey primary key (ledger_id, schedule_id)
);
comment on table bahi.schedule_open is 'Transfers still to come: made from schedule, written by the append, read by the sweeper. Its rows go.';
create index schedule_open_time on bahi.schedule_open (scheduled_for, ledger_id, schedule_id);
