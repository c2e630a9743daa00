-- Of a pool that lists its accounts: those whose newest change is that they joined.
create or replace function bahi.pool_members(p_ledger integer, p_pool bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(m.account_id order by m.account_id), '[]')
    from (
      select c.account_id, max(p.number) filter (where c.joins) as joined, max(p.number) filter (where not c.joins) as parted
      from pool p
      cross join lateral (
        select j.account_id, true as joins from unnest(p.joined) as j (account_id)
        union all
        select l.account_id, false from unnest(p.parted) as l (account_id)
      ) as c
      where p.ledger_id = p_ledger and p.pool_id = p_pool
      group by c.account_id
    ) as m
    where m.joined > coalesce(m.parted, 0)
  );
end $$;
comment on function bahi.pool_members is 'Accounts in a pool that lists them, ascending.';
