-- What the fold must know of accounts, in one read: one index seek for the account with its newest settings, one for its
-- newest entry. Nothing here grows with the number of accounts, of changes of settings or of entries.
-- Each seek has an order that one index alone gives, and sorting is off: where statistics say that a table is empty, all
-- its indexes cost the same, and one that merely begins with the ledger would be read whole for each row (20,000 accounts
-- opened right after a VACUUM of empty tables made each batch outlast its statement).
create or replace function bahi.account_states(p_ledger integer, p_accounts bigint[], p_codes text[]) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(
      a.account_id, a.code, a.kind, a.currency, a.owner, a.floor::text, a.ceiling::text, a.debits_frozen, a.credits_frozen, a.closed,
      coalesce(e.debits, 0)::text, coalesce(e.credits, 0)::text, coalesce(e.held_debits, 0)::text, coalesce(e.held_credits, 0)::text,
      coalesce(e.debit_count, 0), coalesce(e.credit_count, 0), coalesce(e.refused_count, 0), coalesce(e.version, 0),
      a.over_capture_bps, a.limits, a.step_up_above::text, a.pools)), '[]')
    from (
      select s.account_id, s.code, s.kind, s.currency, s.owner, s.floor, s.ceiling, s.debits_frozen, s.credits_frozen, s.closed, s.over_capture_bps, s.limits, s.step_up_above, s.pools
      from unnest(p_accounts) as u (account_id) cross join lateral (
        select n.account_id, n.code, n.kind, n.currency, n.owner, n.floor, n.ceiling, n.debits_frozen, n.credits_frozen, n.closed, n.over_capture_bps, n.limits, n.step_up_above, n.pools
        from account_setting n where n.ledger_id = p_ledger and n.account_id = u.account_id order by n.number desc limit 1) as s
      union all
      select s.account_id, s.code, s.kind, s.currency, s.owner, s.floor, s.ceiling, s.debits_frozen, s.credits_frozen, s.closed, s.over_capture_bps, s.limits, s.step_up_above, s.pools
      from unnest(p_codes) as u (code) cross join lateral (
        select n.account_id, n.code, n.kind, n.currency, n.owner, n.floor, n.ceiling, n.debits_frozen, n.credits_frozen, n.closed, n.over_capture_bps, n.limits, n.step_up_above, n.pools
        from account_setting n where n.ledger_id = p_ledger and n.code = u.code order by n.number desc limit 1) as s
    ) as a
    left join lateral (
      select n.debits, n.credits, n.held_debits, n.held_credits, n.debit_count, n.credit_count, n.refused_count, n.version from entry n
      where n.ledger_id = p_ledger and n.account_id = a.account_id order by n.position desc limit 1
    ) as e on true
  );
end $$;
comment on function bahi.account_states is 'Accounts named by id or by code with settings and totals, an array each in the order of the fold''s reader; twice where named both ways.';
