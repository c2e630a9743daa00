create or replace function bahi.pool_names(p_ledger integer, p_names text[], p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(p.name, p.pool_id)), '[]')
    from unnest(p_names) as u (name)
    cross join lateral (
      select n.name, n.pool_id from pool n
      where n.ledger_id = p_ledger and n.name = u.name and n.number = n.pool_id and n.pool_id <= coalesce(p_number, n.pool_id)
    ) as p
  );
end $$;
comment on function bahi.pool_names is 'Names that pools have after an event (null: now), with the numbers of these.';
