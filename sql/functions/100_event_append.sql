-- Appends the events of one batch. Called by ledger_append alone, which holds the ledger's row and has checked the head.
create or replace function bahi.event_append(
  p_ledger integer, p_head bigint, p_at timestamptz, p_types text[], p_codes text[], p_keys uuid[],
  p_fingerprints bytea[], p_leaves bytea[], p_bodies text[]
) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  insert into event (ledger_id, number, at, type, code, key, fingerprint, leaf_hash, body)
  select p_ledger, p_head + u.ordinal, p_at, u.type, nullif(u.code, ''), u.key, u.fingerprint, u.leaf, u.body
  from unnest(p_types, p_codes, p_keys, p_fingerprints, p_leaves, p_bodies)
    with ordinality as u (type, code, key, fingerprint, leaf, body, ordinal);
end $$;
comment on function bahi.event_append is 'Inserts a batch of events after p_head, in order.';
