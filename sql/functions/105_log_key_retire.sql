-- The last one that signs stays.
create or replace function bahi.log_key_retire(p_number integer) returns boolean
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
begin
  lock table log_key_retirement in share row exclusive mode;
  if not exists (select from log_key k where k.key_number <> p_number
    and not exists (select from log_key_retirement r where r.key_number = k.key_number)) then
    return false;
  end if;
  insert into log_key_retirement (key_number) values (p_number) on conflict (key_number) do nothing;
  return true;
end $$;
comment on function bahi.log_key_retire is 'A key signs no more; false where no other one would.';
