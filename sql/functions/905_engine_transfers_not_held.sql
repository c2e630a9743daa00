create or replace function bahi.transfers_not_held(p_ledger integer, p_numbers bigint[], p_number bigint) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    select coalesce(json_agg(u.number), '[]')
    from unnest(p_numbers) as u (number)
    where (select e.type in ('transfer.create', 'transfer.capture', 'transfer.reverse', 'transfer.adjust', 'transfer.execute') from event e
        where e.ledger_id = p_ledger and e.number = u.number and e.number <= p_number limit 1)
      and (select true from hold h where h.ledger_id = p_ledger and h.hold_id = u.number limit 1) is null
  );
end $$;
comment on function bahi.transfers_not_held is 'Those of the given numbers that are transfers without a hold.';
