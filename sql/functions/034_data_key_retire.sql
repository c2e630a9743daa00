create or replace function bahi.data_key_retire(p_wrapping text) returns json
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
declare
  v_only text;
  v_removed integer := 0;
begin
  lock table data_key in share row exclusive mode;
  select k.purpose into v_only from data_key k
  where k.wrapping = p_wrapping and not exists (select from data_key o where o.purpose = k.purpose and o.wrapping <> p_wrapping)
  order by k.purpose limit 1;
  if v_only is null then
    delete from data_key k where k.wrapping = p_wrapping;
    get diagnostics v_removed = row_count;
  end if;
  return json_build_array(v_removed, v_only);
end $$;
comment on function bahi.data_key_retire is 'Takes all wrappings under a key away, unless a data key has no other: [how many, purpose of one without another].';
