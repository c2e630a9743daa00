create or replace function bahi.data_key_list() returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(json_build_array(k.purpose, k.wrapping, encode(k.wrapped, 'hex')) order by k.wrapping, k.purpose), '[]')
  from bahi.data_key k
);
comment on function bahi.data_key_list is 'The wrapped data keys: [purpose, wrapping key, wrapped] each.';
