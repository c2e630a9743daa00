create or replace function bahi.api_key_sign(p_ledgers integer[], p_keys bigint[], p_macs text[]) returns integer
language sql volatile security definer set search_path = bahi, pg_temp
begin atomic
  insert into bahi.api_key_mac (ledger_id, key_id, mac)
  select u.ledger_id, u.key_id, decode(u.mac, 'hex') from unnest(p_ledgers, p_keys, p_macs) as u (ledger_id, key_id, mac)
  on conflict do nothing;
  select cardinality(p_keys);
end;
comment on function bahi.api_key_sign is 'Adds MACs to API keys that have none: once, when an installation that is older than they are is migrated.';
