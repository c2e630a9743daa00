-- New versions of pools, and what pools have counted after a batch. Each row of totals continues the newest stored one: nothing
-- falls, and something grows. The second assertion of what the fold kept in memory.
create or replace function bahi.pool_append(p_ledger integer, p_pools jsonb, p_totals jsonb) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_rows integer;
begin
  insert into pool (ledger_id, pool_id, number, name, currency, owner, joined, parted, members, limits)
  select p_ledger, (p ->> 0)::bigint, (p ->> 1)::bigint, p ->> 2, p ->> 3, (p ->> 4)::uuid, (p ->> 5)::bigint[], (p ->> 6)::bigint[],
    (p ->> 7)::integer, p -> 8
  from jsonb_array_elements(p_pools) as p;

  insert into pool_total (ledger_id, pool_id, number, outgoing, incoming, credited, out_count, in_count)
  select p_ledger, n.pool_id, n.number, n.outgoing, n.incoming, n.credited, n.out_count, n.in_count
  from jsonb_array_elements(p_totals) as t
  cross join lateral (
    select (t ->> 0)::bigint as pool_id, (t ->> 1)::bigint as number, (t ->> 2)::numeric as outgoing, (t ->> 3)::numeric as incoming,
      (t ->> 4)::numeric as credited, (t ->> 5)::bigint as out_count, (t ->> 6)::bigint as in_count
  ) as n
  left join lateral (
    select v.number, v.outgoing, v.incoming, v.credited, v.out_count, v.in_count from pool_total v
    where v.ledger_id = p_ledger and v.pool_id = n.pool_id order by v.number desc limit 1
  ) as b on true
  where n.number > coalesce(b.number, 0)
    and n.outgoing >= coalesce(b.outgoing, 0) and n.incoming >= coalesce(b.incoming, 0) and n.credited >= coalesce(b.credited, 0)
    and n.out_count >= coalesce(b.out_count, 0) and n.in_count >= coalesce(b.in_count, 0)
    and n.outgoing + n.incoming + n.credited > coalesce(b.outgoing + b.incoming + b.credited, 0);
  get diagnostics v_rows = row_count;
  if v_rows <> jsonb_array_length(p_totals) then
    raise exception 'totals of a pool do not continue its newest ones' using errcode = 'data_corrupted';
  end if;
end $$;
comment on function bahi.pool_append is 'Inserts versions of pools, and what pools counted in a batch; fails with data_corrupted where totals fall or stay.';
