-- What holds gave back only grows, but where limits begin anew. A second assertion of what the fold kept in memory.
create or replace function bahi.limit_mark_append(p_ledger integer, p_marks jsonb) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_broken bigint;
begin
  insert into limit_mark (ledger_id, account_id, number, released_debits, released_credits)
  select p_ledger, (m ->> 0)::bigint, (m ->> 1)::bigint, (m ->> 2)::bigint, (m ->> 3)::bigint
  from jsonb_array_elements(p_marks) as m;

  select n.account_id into v_broken
  from jsonb_array_elements(p_marks) as m
  cross join lateral (select (m ->> 0)::bigint as account_id, (m ->> 2)::bigint as debits, (m ->> 3)::bigint as credits) as n
  cross join lateral (
    select v.released_debits, v.released_credits from limit_mark v
    where v.ledger_id = p_ledger and v.account_id = n.account_id and v.number < (m ->> 1)::bigint order by v.number desc limit 1
  ) as b
  where (n.debits < b.released_debits or n.credits < b.released_credits) and (n.debits <> 0 or n.credits <> 0)
  limit 1;
  if v_broken is not null then
    raise exception 'a mark does not continue the one before it at account %', v_broken using errcode = 'data_corrupted';
  end if;
end $$;
comment on function bahi.limit_mark_append is 'Inserts marks of limited accounts; fails with data_corrupted where a sum falls.';
