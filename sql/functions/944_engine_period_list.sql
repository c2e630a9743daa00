-- Closes by number, with how far each is carried forward.
create or replace function bahi.period_list(p_ledger integer, p_beyond bigint, p_descending boolean, p_count integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(p.number, to_micros(p.closed_until), to_micros(e.at), coalesce(g.accounts, 0), coalesce(g.last, false))), '[]')
    from (
      (select p.number, p.closed_until from period p
      where p_descending and p.ledger_id = p_ledger and p.number < coalesce(p_beyond, 9223372036854775807) order by p.number desc limit p_count)
      union all
      (select p.number, p.closed_until from period p
      where not p_descending and p.ledger_id = p_ledger and p.number > coalesce(p_beyond, 0) order by p.number limit p_count)
    ) as p
    cross join lateral (select v.at from event v where v.ledger_id = p_ledger and v.number between p.number and p.number order by v.number limit 1) as e
    left join lateral (
      select v.accounts, v.last from period_progress v
      where v.ledger_id = p_ledger and v.period_number = p.number order by v.number desc limit 1
    ) as g on true
  );
end $$;
comment on function bahi.period_list is 'Closes of a ledger: [number, closed until, closed at, balances carried, whether that is all]; times in microseconds.';
