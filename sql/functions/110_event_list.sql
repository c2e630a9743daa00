create or replace function bahi.event_list(p_ledger integer, p_after bigint, p_limit integer)
returns table (number bigint, at_micros bigint, code text, key uuid, fingerprint text, leaf_hash text, body text)
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return query
    select e.number, to_micros(e.at), coalesce(e.code, ''), e.key, encode(e.fingerprint, 'hex'), encode(e.leaf_hash, 'hex'), e.body
    from event e where e.ledger_id = p_ledger and e.number > p_after order by e.number limit p_limit;
end $$;
comment on function bahi.event_list is 'Events after a number, in order: the log as a stream of pages.';
