create or replace function bahi.api_key_append(p_ledger integer, p_keys jsonb, p_revocations jsonb) returns void
language plpgsql volatile set search_path = bahi, pg_temp as $$
begin
  insert into api_key (ledger_id, key_id, client, prefix, secret_hash, scopes, expires_at)
  select p_ledger, (k ->> 0)::bigint, k ->> 1, k ->> 2, decode(k ->> 3, 'hex'),
    array(select jsonb_array_elements_text(k -> 4)), from_micros((k ->> 5)::bigint)
  from jsonb_array_elements(p_keys) as k;
  insert into api_key_revocation (ledger_id, key_id, number)
  select p_ledger, (r ->> 0)::bigint, (r ->> 1)::bigint from jsonb_array_elements(p_revocations) as r;
end $$;
comment on function bahi.api_key_append is 'Inserts new API keys and revocations.';
