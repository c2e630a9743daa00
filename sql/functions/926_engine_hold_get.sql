-- What became of a hold, for whoever reads its transfer: the newest version with the time of its event, and its captures,
-- newest first. Versions that moved something are captures; the bound keeps the answer small, whatever was captured.
create or replace function bahi.hold_get(p_ledger integer, p_hold bigint, p_captures integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    select json_build_object('status', n.status, 'at', to_micros(e.at), 'captured', n.captured::text[],
      'captures', (
        select coalesce(json_agg(c.number order by c.number desc), '[]') from (
          select v.number from hold v
          where v.ledger_id = p_ledger and v.hold_id = p_hold and v.number > p_hold and v.status in ('held', 'posted')
          order by v.number desc limit p_captures
        ) as c))
    from (
      select v.number, v.status, v.captured from hold v
      where v.ledger_id = p_ledger and v.hold_id = p_hold order by v.number desc limit 1
    ) as n
    cross join lateral (
      select v.at from event v where v.ledger_id = p_ledger and v.number between n.number and n.number order by v.number limit 1
    ) as e
  );
end $$;
comment on function bahi.hold_get is 'Present status of a hold, when it came to it, what was captured of each leg and by which transfers; null where there is none.';
