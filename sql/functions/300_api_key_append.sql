create or replace function bahi.api_key_append(p_ledger integer, p_keys jsonb, p_macs jsonb, p_revocations jsonb, p_rotations jsonb) returns void
language plpgsql volatile set search_path = bahi, pg_temp as $$
begin
  insert into api_key (ledger_id, key_id, client, prefix, secret_hash, scopes, expires_at, networks, rate)
  select p_ledger, (k ->> 0)::bigint, k ->> 1, k ->> 2, decode(k ->> 3, 'hex'),
    array(select jsonb_array_elements_text(k -> 4)), from_micros((k ->> 5)::bigint),
    array(select jsonb_array_elements_text(coalesce(k -> 6, '[]'))), k ->> 7
  from jsonb_array_elements(p_keys) as k;
  insert into api_key_mac (ledger_id, key_id, mac)
  select p_ledger, (m ->> 0)::bigint, decode(m ->> 1, 'hex') from jsonb_array_elements(coalesce(p_macs, '[]')) as m;
  insert into api_key_revocation (ledger_id, key_id, number)
  select p_ledger, (r ->> 0)::bigint, (r ->> 1)::bigint from jsonb_array_elements(p_revocations) as r;
  insert into api_key_rotation (ledger_id, key_id, number, ends_at)
  select p_ledger, (r ->> 0)::bigint, (r ->> 1)::bigint, from_micros((r ->> 2)::bigint)
  from jsonb_array_elements(coalesce(p_rotations, '[]')) as r;
end $$;
comment on function bahi.api_key_append is 'Inserts new API keys with their MACs, revocations and rotations.';
