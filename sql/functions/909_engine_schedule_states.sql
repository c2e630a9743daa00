-- What the fold must know of scheduled transfers: one seek each for the newest version up to p_number, and the fingerprint of
-- the event that scheduled it, by which the fold knows that what is posted is what was asked for.
create or replace function bahi.schedule_states(p_ledger integer, p_schedules bigint[], p_number bigint) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(s.schedule_id, s.status, to_micros(s.scheduled_for), s.unrestricted, encode(e.fingerprint, 'hex'))), '[]')
    from unnest(p_schedules) as u (schedule_id)
    cross join lateral (
      select v.schedule_id, v.status, v.scheduled_for, v.unrestricted from schedule v
      where v.ledger_id = p_ledger and v.schedule_id = u.schedule_id and v.number <= p_number order by v.number desc limit 1
    ) as s
    cross join lateral (
      select v.fingerprint from event v where v.ledger_id = p_ledger and v.number between s.schedule_id and s.schedule_id order by v.number limit 1
    ) as e
  );
end $$;
comment on function bahi.schedule_states is 'Scheduled transfers as they stood after an event, an array each in the order of the fold''s reader; those that are none are left out.';
