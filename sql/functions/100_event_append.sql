-- Appends the events of one batch. Called by ledger_append alone, which holds the ledger's row and has checked the head.
-- Keys (16 bytes each) and fingerprints (32) come as one run of bytes; a single type stands for all; no code is no refusal.
-- The leaf hash is computed here, from the very text that is stored.
create or replace function bahi.event_append(
  p_ledger integer, p_head bigint, p_at timestamptz, p_types text[], p_codes text[], p_keys bytea,
  p_fingerprints bytea, p_bodies text[]
) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  if length(p_keys) <> 16 * cardinality(p_bodies) or length(p_fingerprints) <> 32 * cardinality(p_bodies)
    or cardinality(p_types) not in (1, cardinality(p_bodies)) or cardinality(p_codes) not in (0, cardinality(p_bodies)) then
    raise exception 'types, codes, keys, fingerprints and bodies of a batch differ in number' using errcode = 'data_exception';
  end if;
  insert into event (ledger_id, number, at, type, code, key, fingerprint, leaf_hash, body)
  select p_ledger, p_head + i, p_at, coalesce(p_types[i], p_types[1]), nullif(p_codes[i], ''),
    encode(substr(p_keys, (i - 1) * 16 + 1, 16), 'hex')::uuid,
    substr(p_fingerprints, (i - 1) * 32 + 1, 32),
    sha256('\x00'::bytea || convert_to(p_bodies[i], 'UTF8')), p_bodies[i]
  from generate_series(1, cardinality(p_bodies)) as i;
end $$;
comment on function bahi.event_append is 'Inserts a batch of events after p_head, in order.';
