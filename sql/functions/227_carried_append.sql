-- Balances carried forward, each a row of account, period, event number, debits and credits; and how far that went, each a
-- row of period, event number, last account, balances so far and whether that is all. Requires that both are of the newest
-- close and continue what was carried before (progress of an account that was passed is no progress).
create or replace function bahi.carried_append(p_ledger integer, p_carried jsonb, p_progress jsonb) returns void
language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_row jsonb;
  v_before record;
  v_newest bigint;
begin
  select p.number into v_newest from period p where p.ledger_id = p_ledger order by p.number desc limit 1;
  for v_row in select r from jsonb_array_elements(p_progress) with ordinality as u (r, place) order by u.place loop
    select g.carried_to, g.last into v_before from period_progress g
    where g.ledger_id = p_ledger and g.period_number = v_newest order by g.number desc limit 1;
    if (v_row ->> 0)::bigint is distinct from v_newest or v_before.last or (v_row ->> 2)::bigint < v_before.carried_to then
      raise exception 'balances of ledger % are not carried forward so', p_ledger using errcode = 'data_corrupted';
    end if;
    insert into period_progress (ledger_id, period_number, number, carried_to, accounts, last)
    values (p_ledger, v_newest, (v_row ->> 1)::bigint, (v_row ->> 2)::bigint, (v_row ->> 3)::bigint, (v_row ->> 4)::boolean);
  end loop;
  insert into carried_balance (ledger_id, account_id, period_number, number, debits, credits)
  select p_ledger, (r ->> 0)::bigint, (r ->> 1)::bigint, (r ->> 2)::bigint, (r ->> 3)::bigint, (r ->> 4)::bigint
  from jsonb_array_elements(p_carried) as r;
end $$;
comment on function bahi.carried_append is 'Inserts balances carried forward and how far that went; fails with data_corrupted where they do not continue the newest close.';
