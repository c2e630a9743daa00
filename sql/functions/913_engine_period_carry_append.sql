-- Appends balances that are carried forward (carried_append), once they are what the entries come to: the second assertion of
-- what was read for them. Bounded by the accounts of one event; requires that p_carried is of the newest close.
-- No join is forbidden here: two lists of some hundred rows meet, which a loop would compare each with each.
create or replace function bahi.period_carry_append(p_ledger integer, p_carried jsonb, p_progress jsonb) returns void
language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_wrong bigint;
begin
  select t.account_id into v_wrong
  from closing_totals(p_ledger, (p_progress -> 0 ->> 0)::bigint,
    array(select (r ->> 0)::bigint from jsonb_array_elements(p_carried) as r)) as t
  join jsonb_array_elements(p_carried) as r on (r ->> 0)::bigint = t.account_id
  where (r ->> 3)::bigint is distinct from t.debits or (r ->> 4)::bigint is distinct from t.credits
    or r ->> 1 is distinct from p_progress -> 0 ->> 0
  limit 1;
  if v_wrong is not null then
    raise exception 'account % of ledger % is not carried forward with what it comes to', v_wrong, p_ledger using errcode = 'data_corrupted';
  end if;
  perform carried_append(p_ledger, p_carried, p_progress);
end $$;
comment on function bahi.period_carry_append is 'Inserts balances carried forward; fails with data_corrupted where one is not what counts before the close.';
