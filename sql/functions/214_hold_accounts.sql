create or replace function bahi.hold_accounts(p_ledger integer, p_holds bigint[]) returns bigint[]
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return array(
    select distinct a.account_id
    from unnest(p_holds) as u (hold_id)
    cross join lateral (
      select v.debits, v.credits from hold v where v.ledger_id = p_ledger and v.hold_id = u.hold_id order by v.number limit 1
    ) as h
    cross join lateral unnest(h.debits || h.credits) as a (account_id));
end $$;
comment on function bahi.hold_accounts is 'Payers and payees of holds, each once: they never change.';
