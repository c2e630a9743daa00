create or replace function bahi.api_key_unsigned() returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(json_build_array(k.ledger_id, k.key_id, bahi.api_key_signed(k)) order by k.ledger_id, k.key_id), '[]')
  from bahi.api_key k where not exists (select from bahi.api_key_mac m where m.ledger_id = k.ledger_id and m.key_id = k.key_id)
);
comment on function bahi.api_key_unsigned is 'API keys that have no MAC: [ledger, key, api_key_signed] each.';
