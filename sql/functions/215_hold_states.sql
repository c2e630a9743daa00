-- What the fold must know of holds: one seek each for the newest version up to p_number.
create or replace function bahi.hold_states(p_ledger integer, p_holds bigint[], p_number bigint) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(h.hold_id, h.status, to_micros(h.expires_at), h.debits, h.credits, h.currencies,
      h.amounts::text[], h.captured::text[])), '[]')
    from unnest(p_holds) as u (hold_id)
    cross join lateral (
      select v.hold_id, v.status, v.expires_at, v.debits, v.credits, v.currencies, v.amounts, v.captured from hold v
      where v.ledger_id = p_ledger and v.hold_id = u.hold_id and v.number <= p_number order by v.number desc limit 1
    ) as h
  );
end $$;
comment on function bahi.hold_states is 'Holds as they stood after an event, an array each in the order of the fold''s reader; those that are none are left out.';
