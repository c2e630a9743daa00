-- What the fold must know of limited accounts besides their states: the totals when the day and the month (IST) began in
-- which event p_number was posted. The moment is that of the event and not the clock's: the fold goes on from there, and a
-- window that ends later begins anew with the totals as they are.
-- A ledger without limits pays one seek. Otherwise: two binary searches a call, and eight seeks a limited account; a window
-- that slides costs a binary search more, and some seeks a point (limit_points).
create or replace function bahi.account_windows(p_ledger integer, p_accounts bigint[], p_codes text[], p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare
  v_at timestamptz;
  v_day bigint;
  v_month bigint;
begin
  if (select true from account_setting s where s.ledger_id = p_ledger and s.limits is not null order by s.number limit 1) is null then
    return null;
  end if;
  select e.at into v_at from event e where e.ledger_id = p_ledger and e.number <= p_number order by e.number desc limit 1;
  v_day := event_number_at(p_ledger, date_trunc('day', v_at, 'Asia/Kolkata'));
  v_month := event_number_at(p_ledger, date_trunc('month', v_at, 'Asia/Kolkata'));
  return (
    select coalesce(json_agg(json_build_array(l.account_id, to_micros(v_at), t.now -> 6, t.now -> 7,
      window_totals(p_ledger, l.account_id, v_day), window_totals(p_ledger, l.account_id, v_month),
      sliding_windows(p_ledger, l.account_id, l.limits, to_micros(v_at), p_number))), '[]')
    from (
      select u.account_id from unnest(p_accounts) as u (account_id)
      union
      select c.account_id from unnest(p_codes) as u (code)
      cross join lateral (select n.account_id from account_setting n where n.ledger_id = p_ledger and n.code = u.code order by n.number limit 1) as c
    ) as wanted
    cross join lateral (
      select n.account_id, n.limits from account_setting n
      where n.ledger_id = p_ledger and n.account_id = wanted.account_id and n.number <= p_number order by n.number desc limit 1
    ) as l
    cross join lateral (select window_totals(p_ledger, l.account_id, p_number + 1) as now) as t
    where l.limits is not null
  );
end $$;
comment on function bahi.account_windows is 'Of the accounts named by id or by code, those that have limits after an event: account, time of the event, what holds gave back each way so far, the window_totals of its day and its month, and its sliding_windows; null where the ledger has none.';
