create or replace function bahi.api_key_find(p_prefix text) returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select json_build_object('ledger_id', k.ledger_id, 'key_id', k.key_id, 'signed', bahi.api_key_signed(k),
    'mac', encode(m.mac, 'hex'), 'expires_at', bahi.to_micros(coalesce(t.ends_at, k.expires_at)), 'revoked', r.number is not null,
    'ahead', (select case when l.sandbox then bahi.sandbox_ahead(k.ledger_id) end from bahi.ledger l where l.ledger_id = k.ledger_id))
  from bahi.api_key k left join bahi.api_key_mac m on m.ledger_id = k.ledger_id and m.key_id = k.key_id
  left join bahi.api_key_revocation r on r.ledger_id = k.ledger_id and r.key_id = k.key_id
  left join bahi.api_key_rotation t on t.ledger_id = k.ledger_id and t.key_id = k.key_id
  where k.prefix = p_prefix
);
comment on function bahi.api_key_find is 'The API key of a prefix, whatever its ledger: the one read that finds out which ledger a caller belongs to. `ahead`: of a sandbox ledger''s clock, null for a live one.';
