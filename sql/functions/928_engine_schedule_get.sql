create or replace function bahi.schedule_get(p_ledger integer, p_schedule bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    select json_build_object('status', n.status, 'number', n.number, 'at', to_micros(e.at), 'code', e.code)
    from (
      select v.number, v.status from schedule v
      where v.ledger_id = p_ledger and v.schedule_id = p_schedule order by v.number desc limit 1
    ) as n
    cross join lateral (
      select v.at, v.code from event v where v.ledger_id = p_ledger and v.number between n.number and n.number order by v.number limit 1
    ) as e
  );
end $$;
comment on function bahi.schedule_get is 'Present status of a scheduled transfer, the event that it came to it by, when, and the refusal if it was one; null where it is none.';
