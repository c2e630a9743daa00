create or replace function bahi.transfer_search_missing(p_ledger integer, p_fields text[], p_values text[], p_numbers bigint[]) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(u.field, u.value, u.number) order by u.number, u.field), '[]')
    from unnest(p_fields, p_values, p_numbers) as u (field, value, number)
    where not exists (select from transfer_search s
      where s.ledger_id = p_ledger and s.field = u.field and s.value = u.value and s.number = u.number)
  );
end $$;
comment on function bahi.transfer_search_missing is 'Those of the given search rows that are not stored.';
