-- One seek an account. For the signer, which holds the entries that came in against the ones before them.
create or replace function bahi.entry_before(p_ledger integer, p_accounts bigint[], p_positions bigint[])
returns table (account_id bigint, version integer, debits bigint, credits bigint) language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
begin
  return query
    select u.account_id, e.version, e.debits, e.credits
    from unnest(p_accounts, p_positions) as u (account_id, position)
    cross join lateral (
      select o.version, o.debits, o.credits from entry o
      where o.ledger_id = p_ledger and o.account_id = u.account_id and o.position < u.position order by o.position desc limit 1
    ) as e;
end $$;
comment on function bahi.entry_before is 'The newest entry of each account before a position: version and totals; no row where there is none.';
