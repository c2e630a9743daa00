create or replace function bahi.customer_get(p_ledger integer, p_owner uuid, p_secrets boolean) returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select json_build_object('row', s.state,
    'now', bahi.to_micros(clock_timestamp()) + coalesce(bahi.sandbox_ahead(p_ledger), 0),
    'seeds', case when p_secrets then (
      select coalesce(json_agg(json_build_array(encode(c.digest, 'hex'), encode(c.ciphertext, 'hex'))), '[]')
      from json_array_elements(s.state -> 4) as f (factor)
      join bahi.sealed_secret c on c.digest = decode(f.factor ->> 4, 'hex') where f.factor ->> 3 <> 'removed') end)
  from (select bahi.customer_states(p_ledger, array[p_owner], 9223372036854775807) -> 0 as state) as s
);
comment on function bahi.customer_get is 'A customer: the newest version, null where nothing is known, the time of the ledger, and the sealed seeds of factors that are not removed where they are asked for, as [digest, ciphertext].';
