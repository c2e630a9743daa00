create or replace function bahi.api_key_list(p_ledger integer) returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(json_build_object('key_id', k.key_id, 'client', k.client, 'prefix', k.prefix, 'scopes', k.scopes,
    'expires_at', bahi.to_micros(coalesce(t.ends_at, k.expires_at)), 'revoked', r.number is not null,
    'networks', k.networks, 'rate', k.rate, 'successor', t.number, 'used_at', bahi.to_micros(u.used_at)) order by k.key_id), '[]')
  from bahi.api_key k left join bahi.api_key_revocation r on r.ledger_id = k.ledger_id and r.key_id = k.key_id
  left join bahi.api_key_rotation t on t.ledger_id = k.ledger_id and t.key_id = k.key_id
  left join bahi.api_key_use u on u.ledger_id = k.ledger_id and u.key_id = k.key_id
  where k.ledger_id = p_ledger
);
comment on function bahi.api_key_list is 'The API keys of a ledger, the revoked ones included.';
