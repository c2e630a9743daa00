create or replace function bahi.account_sliding(p_ledger integer, p_accounts bigint[], p_at_micros bigint, p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  return (
    select coalesce(json_agg(w.windows), '[]') from (
    select json_build_array(u.account_id, sliding_windows(p_ledger, u.account_id, s.limits, p_at_micros, p_number)) as windows
    from unnest(p_accounts) as u (account_id)
    cross join lateral (
      select n.limits from account_setting n
      where n.ledger_id = p_ledger and n.account_id = u.account_id and n.number <= p_number order by n.number desc limit 1
    ) as s
    where s.limits is not null
    union all
    select json_build_array(u.pool_id, pool_sliding(p_ledger, u.pool_id, p.limits, p_at_micros, p_number))
    from unnest(p_accounts) as u (pool_id)
    cross join lateral (
      select n.limits from pool n
      where n.ledger_id = p_ledger and n.pool_id = u.pool_id and n.number <= p_number order by n.number desc limit 1
    ) as p
    ) as w
  );
end $$;
comment on function bahi.account_sliding is 'The sliding_windows of limited accounts, and of pools, named alike by number, at a moment and up to an event.';
