-- A page of pools by the number of their creation, each as its newest version has it.
create or replace function bahi.pool_list(p_ledger integer, p_beyond bigint, p_descending boolean, p_limit integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_pools bigint[];
begin
  if p_descending then
    v_pools := array(select p.pool_id from pool p
      where p.ledger_id = p_ledger and p.number = p.pool_id and p.pool_id < coalesce(p_beyond, 9223372036854775807) order by p.pool_id desc limit p_limit);
  else
    v_pools := array(select p.pool_id from pool p
      where p.ledger_id = p_ledger and p.number = p.pool_id and p.pool_id > coalesce(p_beyond, 0) order by p.pool_id limit p_limit);
  end if;
  return (
    select coalesce(json_agg(json_build_array(v.pool_id, v.name, v.currency, v.owner, v.members, v.limits) order by u.place), '[]')
    from unnest(v_pools) with ordinality as u (pool_id, place)
    cross join lateral (
      select n.pool_id, n.name, n.currency, n.owner, n.members, n.limits from pool n
      where n.ledger_id = p_ledger and n.pool_id = u.pool_id order by n.number desc limit 1
    ) as v
  );
end $$;
comment on function bahi.pool_list is 'Pools beyond a number in one direction, as their newest versions have them.';
