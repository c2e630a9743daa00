-- What the fold must know of pools after event p_number: those named by id, and those that the accounts named are in.
-- A ledger without pools pays one seek; otherwise it is two binary searches a call and five seeks a pool, as account_windows.
create or replace function bahi.pool_states(p_ledger integer, p_pools bigint[], p_accounts bigint[], p_codes text[], p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare
  v_at timestamptz;
  v_day bigint;
  v_month bigint;
  v_pools bigint[];
begin
  if (select true from pool p where p.ledger_id = p_ledger order by p.pool_id limit 1) is null then
    return null;
  end if;
  select array_agg(distinct u.pool_id) into v_pools from (
    select p.pool_id from unnest(p_pools) as p (pool_id)
    union all
    select m.pool_id from unnest(p_accounts) as u (account_id)
    cross join lateral (
      select n.pools from account_setting n
      where n.ledger_id = p_ledger and n.account_id = u.account_id and n.number <= p_number order by n.number desc limit 1
    ) as s
    cross join lateral unnest(s.pools) as m (pool_id)
    union all
    select m.pool_id from unnest(p_codes) as u (code)
    cross join lateral (
      select n.pools from account_setting n
      where n.ledger_id = p_ledger and n.code = u.code and n.number <= p_number order by n.number desc limit 1
    ) as s
    cross join lateral unnest(s.pools) as m (pool_id)
  ) as u;
  if v_pools is null then
    return '[]';
  end if;
  select e.at into v_at from event e where e.ledger_id = p_ledger and e.number <= p_number order by e.number desc limit 1;
  v_day := event_number_at(p_ledger, date_trunc('day', v_at, 'Asia/Kolkata'));
  v_month := event_number_at(p_ledger, date_trunc('month', v_at, 'Asia/Kolkata'));
  return (
    select coalesce(json_agg(json_build_array(p.pool_id, p.name, p.currency, p.owner, p.members, p.limits, to_micros(v_at),
      pool_totals(p_ledger, p.pool_id, p_number + 1), pool_totals(p_ledger, p.pool_id, v_day), pool_totals(p_ledger, p.pool_id, v_month),
      pool_sliding(p_ledger, p.pool_id, p.limits, to_micros(v_at), p_number))), '[]')
    from unnest(v_pools) as u (pool_id)
    cross join lateral (
      select n.pool_id, n.name, n.currency, n.owner, n.members, n.limits from pool n
      where n.ledger_id = p_ledger and n.pool_id = u.pool_id and n.number <= p_number order by n.number desc limit 1
    ) as p
  );
end $$;
comment on function bahi.pool_states is 'Pools named by id, and those of the accounts named by id or by code, after an event: what they are, time of the event, what they have counted by then and had when its day and its month began, and their sliding windows; null where the ledger has none.';
