create or replace function bahi.api_key_signed(p_key bahi.api_key) returns json
language sql immutable set search_path = bahi, pg_temp
return json_build_array(p_key.client, p_key.prefix, encode(p_key.secret_hash, 'hex'), p_key.scopes, bahi.to_micros(p_key.expires_at)::text,
  p_key.networks, p_key.rate);
comment on function bahi.api_key_signed is 'What the MAC of an API key covers beside ledger and key.';
