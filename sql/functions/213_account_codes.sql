-- The range of one id and its order leave the planner one index: by equality alone it took another one, and read every
-- account of the ledger for each (on tables whose statistics say that they are empty).
create or replace function bahi.account_codes(p_ledger integer, p_accounts bigint[]) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(a.account_id, a.code)), '[]') from unnest(p_accounts) as u (account_id)
    cross join lateral (
      select n.account_id, n.code from account n where n.ledger_id = p_ledger
        and n.account_id between u.account_id and u.account_id order by n.account_id limit 1
    ) as a
  );
end $$;
comment on function bahi.account_codes is 'Pairs of id and code of the accounts with these ids.';
