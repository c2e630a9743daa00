create or replace function bahi.event_by_key(p_ledger integer, p_keys uuid[]) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(e.key, e.number, encode(e.fingerprint, 'hex'), coalesce(e.code, ''), e.body)), '[]')
    from unnest(p_keys) as u (key)
    join event e on e.ledger_id = p_ledger and e.key = u.key
  );
end $$;
comment on function bahi.event_by_key is 'Earlier results of idempotency keys: [key, number, fingerprint, code, body] each.';
