-- What the fold must know of transfers that are to be reversed: the event that says what they moved, and what was reversed
-- of each leg up to p_number, two seeks each.
create or replace function bahi.original_states(p_ledger integer, p_transfers bigint[], p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(u.number, e.body, n.reversed::text[], coalesce(n.number, u.number))), '[]')
    from unnest(p_transfers) as u (number)
    cross join lateral (
      select t.body from event t
      where t.ledger_id = p_ledger and t.number = u.number and t.number <= p_number and t.type like 'transfer.%' limit 1
    ) as e
    left join lateral (
      select r.number, r.reversed from reversal r
      where r.ledger_id = p_ledger and r.transfer_id = u.number and r.number <= p_number order by r.number desc limit 1
    ) as n on true
  );
end $$;
comment on function bahi.original_states is 'Transfers as a reversal sees them after an event: rows of [number, body, reversed of each leg or null, newest event that changed it]; what is none is left out.';
