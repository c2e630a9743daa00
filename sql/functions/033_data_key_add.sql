-- The lock is for first starts: of two that make a data key each, one must see the other's.
create or replace function bahi.data_key_add(p_purposes text[], p_wrappings text[], p_wrapped text[], p_first boolean) returns integer
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
declare
  v_added integer;
begin
  lock table data_key in share row exclusive mode;
  insert into data_key (purpose, wrapping, wrapped)
  select u.purpose, u.wrapping, decode(u.wrapped, 'hex') from unnest(p_purposes, p_wrappings, p_wrapped) as u (purpose, wrapping, wrapped)
  where not (p_first and exists (select from data_key k where k.purpose = u.purpose))
  on conflict do nothing;
  get diagnostics v_added = row_count;
  return v_added;
end $$;
comment on function bahi.data_key_add is 'Adds wrapped data keys where there are none under that wrapping key (p_first: none at all), and says how many.';
