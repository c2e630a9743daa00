create or replace function bahi.api_key_states_at(p_ledger integer, p_keys bigint[], p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(k.key_id, api_key_signed(k), encode(m.mac, 'hex'), to_micros(coalesce(t.ends_at, k.expires_at)),
      r.number is not null, t.number is not null, event_actor(p_ledger, k.key_id))), '[]')
    from unnest(p_keys) as u (key_id)
    join api_key k on k.ledger_id = p_ledger and k.key_id = u.key_id and k.key_id <= p_number
    left join api_key_mac m on m.ledger_id = p_ledger and m.key_id = k.key_id
    left join api_key_revocation r on r.ledger_id = p_ledger and r.key_id = k.key_id and r.number <= p_number
    left join api_key_rotation t on t.ledger_id = p_ledger and t.key_id = k.key_id and t.number <= p_number
  );
end $$;
comment on function bahi.api_key_states_at is 'API keys as they stood after an event, in the form of api_key_states.';
