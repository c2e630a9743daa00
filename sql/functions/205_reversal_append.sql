-- New versions of what was reversed, each a row in the order of the fold: transfer, number, and a column of the legs as an
-- array in text each. The second assertion of what the fold decided in memory: a version changes no amount, takes nothing
-- back, goes on in some leg and beyond the amount in none.
create or replace function bahi.reversal_append(p_ledger integer, p_reversals jsonb) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_broken bigint;
begin
  insert into reversal (ledger_id, transfer_id, number, amounts, reversed)
  select p_ledger, (r ->> 0)::bigint, (r ->> 1)::bigint, (r ->> 2)::bigint[], (r ->> 3)::bigint[]
  from jsonb_array_elements(p_reversals) as r;

  select n.transfer_id into v_broken
  from jsonb_array_elements(p_reversals) as r
  cross join lateral (
    select v.transfer_id, v.number, v.amounts, v.reversed from reversal v
    where v.ledger_id = p_ledger and v.transfer_id = (r ->> 0)::bigint and v.number = (r ->> 1)::bigint limit 1
  ) as n
  left join lateral (
    select v.amounts, v.reversed from reversal v
    where v.ledger_id = p_ledger and v.transfer_id = n.transfer_id and v.number < n.number order by v.number desc limit 1
  ) as b on true
  where n.amounts is distinct from coalesce(b.amounts, n.amounts)
    or exists (
      select from generate_subscripts(n.amounts, 1) as i
      where n.reversed[i] > n.amounts[i] or n.reversed[i] < coalesce(b.reversed[i], 0))
    or not exists (select from generate_subscripts(n.amounts, 1) as i where n.reversed[i] > coalesce(b.reversed[i], 0))
  limit 1;
  if v_broken is not null then
    raise exception 'a version does not continue the reversals of %', v_broken using errcode = 'data_corrupted';
  end if;
end $$;
comment on function bahi.reversal_append is 'Inserts versions of what was reversed; fails with data_corrupted where one does not continue those of its transfer.';
