-- New versions of scheduled transfers, each a row in the order of the fold: schedule, number, status, time in microseconds,
-- unrestricted. The second assertion of what the fold decided in memory: a version continues one that is still to come and
-- changes nothing but the status. Then the projection follows.
create or replace function bahi.schedule_append(p_ledger integer, p_schedules jsonb) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_broken bigint;
begin
  insert into schedule (ledger_id, schedule_id, number, status, scheduled_for, unrestricted)
  select p_ledger, (s ->> 0)::bigint, (s ->> 1)::bigint, s ->> 2, from_micros((s ->> 3)::bigint), (s ->> 4)::boolean
  from jsonb_array_elements(p_schedules) as s;

  select n.schedule_id into v_broken
  from jsonb_array_elements(p_schedules) as s
  cross join lateral (
    select v.schedule_id, v.number, v.status, v.scheduled_for, v.unrestricted from schedule v
    where v.ledger_id = p_ledger and v.schedule_id = (s ->> 0)::bigint and v.number = (s ->> 1)::bigint limit 1
  ) as n
  left join lateral (
    select v.status, v.scheduled_for, v.unrestricted from schedule v
    where v.ledger_id = p_ledger and v.schedule_id = n.schedule_id and v.number < n.number order by v.number desc limit 1
  ) as b on true
  where case when n.number = n.schedule_id then b.status is not null or n.status <> 'scheduled'
    else b.status is distinct from 'scheduled' or n.status = 'scheduled'
      or (n.scheduled_for, n.unrestricted) is distinct from (b.scheduled_for, b.unrestricted) end
  limit 1;
  if v_broken is not null then
    raise exception 'a version does not continue schedule %', v_broken using errcode = 'data_corrupted';
  end if;

  insert into schedule_open (ledger_id, schedule_id, scheduled_for)
  select p_ledger, (s ->> 0)::bigint, from_micros((s ->> 3)::bigint)
  from jsonb_array_elements(p_schedules) as s where s ->> 0 = s ->> 1;
  delete from schedule_open o where o.ledger_id = p_ledger
    and o.schedule_id = any (array(select (s ->> 0)::bigint from jsonb_array_elements(p_schedules) as s where s ->> 2 <> 'scheduled'));
end $$;
comment on function bahi.schedule_append is 'Inserts versions of scheduled transfers and brings the projection of those still to come up to date; fails with data_corrupted where a version does not continue its schedule.';
