-- With what accounts were carried forward at a close, in the order of accounts: the newest balance carried up to it of each.
-- At most p_examined accounts are looked at; examined_to is the last of them, where more may come.
create or replace function bahi.period_balances(p_ledger integer, p_period bigint, p_beyond bigint, p_descending boolean, p_count integer, p_examined integer)
returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare
  v_looked bigint[];
  v_rows json;
begin
  if not exists (select from period p where p.ledger_id = p_ledger and p.number = p_period) then
    return null;
  end if;
  if p_descending then
    v_looked := array(select a.account_id from account a
      where a.ledger_id = p_ledger and a.account_id < least(p_beyond, p_period) order by a.account_id desc limit p_examined);
  else
    v_looked := array(select a.account_id from account a
      where a.ledger_id = p_ledger and a.account_id > coalesce(p_beyond, 0) and a.account_id < p_period order by a.account_id limit p_examined);
  end if;
  select coalesce(json_agg(json_build_array(f.account_id, f.code, f.kind, f.currency, f.debits::text, f.credits::text)), '[]') into v_rows
  from (
    select a.account_id, a.code, a.kind, a.currency, c.debits, c.credits
    from unnest(v_looked) as u (account_id)
    cross join lateral (
      select v.debits, v.credits from carried_balance v
      where v.ledger_id = p_ledger and v.account_id = u.account_id and v.period_number <= p_period
      order by v.period_number desc limit 1
    ) as c
    cross join lateral (
      select v.account_id, v.code, v.kind, v.currency from account v
      where v.ledger_id = p_ledger and v.account_id = u.account_id limit 1
    ) as a
    limit p_count
  ) as f;
  return json_build_object('rows', v_rows,
    'examined_to', case when cardinality(v_looked) = p_examined and json_array_length(v_rows) < p_count then v_looked[p_examined] end);
end $$;
comment on function bahi.period_balances is 'Balances with which accounts were carried forward at a close: [account, code, kind, currency, debits, credits]; null where there is no such close.';
