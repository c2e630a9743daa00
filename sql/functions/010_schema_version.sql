-- What the server asks before it serves: is the database at exactly my version?
create or replace function bahi.schema_version(out version integer, out function_checksum text)
language sql stable security definer set search_path = bahi, pg_temp
begin atomic
  select (select max(m.number) from bahi.migration m),
         (select f.checksum from bahi.function_set f order by f.number desc limit 1);
end;
comment on function bahi.schema_version() is 'Newest applied migration and checksum of the function set in force.';
