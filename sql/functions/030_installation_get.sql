create or replace function bahi.installation_get() returns uuid
language sql stable security definer set search_path = bahi, pg_temp
return (select i.installation_id from bahi.installation i);
comment on function bahi.installation_get is 'The random id of this installation, part of every link.';
