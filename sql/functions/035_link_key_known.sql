create or replace function bahi.link_key_known() returns boolean
language sql stable security definer set search_path = bahi, pg_temp
return exists (select from bahi.link_key k);
comment on function bahi.link_key_known is 'Whether a key of the links was ever used in this installation.';
