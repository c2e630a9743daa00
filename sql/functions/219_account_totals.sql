-- The newest totals of accounts of which the reader knows all else: one seek each, and an array of integers a column in place
-- of JSON for each account: a third of account_states, 7.5 against 21.6 ms for 1,000 accounts (least of alternating calls).
create or replace function bahi.account_totals(p_ledger integer, p_accounts bigint[]) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
begin
  return (
    select json_build_array(array_agg(u.account_id)::text, array_agg(coalesce(e.debits, 0))::text, array_agg(coalesce(e.credits, 0))::text,
      array_agg(coalesce(e.held_debits, 0))::text, array_agg(coalesce(e.held_credits, 0))::text,
      array_agg(coalesce(e.debit_count, 0))::text, array_agg(coalesce(e.credit_count, 0))::text,
      array_agg(coalesce(e.refused_count, 0))::text, array_agg(coalesce(e.version, 0))::text)
    from unnest(p_accounts) as u (account_id)
    left join lateral (
      select n.debits, n.credits, n.held_debits, n.held_credits, n.debit_count, n.credit_count, n.refused_count, n.version from entry n
      where n.ledger_id = p_ledger and n.account_id = u.account_id order by n.position desc limit 1
    ) as e on true
  );
end $$;
comment on function bahi.account_totals is 'Newest totals of accounts, an array of integers as text for each column, in the order asked for.';
