create or replace function bahi.log_key_list() returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(json_build_array(k.key_number, encode(k.public_key, 'hex'), encode(k.sealed, 'hex'), encode(k.mac, 'hex'),
    exists (select from bahi.log_key_retirement r where r.key_number = k.key_number)) order by k.key_number), '[]')
  from bahi.log_key k
);
comment on function bahi.log_key_list is 'The keys of checkpoints: [number, public key, sealed private key, MAC, retired] each.';
