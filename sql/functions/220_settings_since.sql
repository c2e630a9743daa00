-- One range of the index of changes; the order leaves the planner no other one.
create or replace function bahi.settings_since(p_ledger integer, p_number bigint) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  return (
    select coalesce(json_agg(c.account_id), '[]') from (
      select s.account_id from account_setting s
      where s.ledger_id = p_ledger and s.number > p_number and s.number > s.account_id order by s.number) as c
  );
end $$;
comment on function bahi.settings_since is 'Accounts whose settings were changed after p_number, one for each change.';
