-- As account_states, but as the accounts stood after event p_number: a verifier that met a difference goes on from here.
create or replace function bahi.account_states_at(p_ledger integer, p_accounts bigint[], p_codes text[], p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(
      a.account_id, a.code, a.kind, a.currency, a.owner, a.floor::text, a.ceiling::text, a.debits_frozen, a.credits_frozen, a.closed,
      coalesce(e.debits, 0)::text, coalesce(e.credits, 0)::text, coalesce(e.held_debits, 0)::text, coalesce(e.held_credits, 0)::text,
      coalesce(e.debit_count, 0), coalesce(e.credit_count, 0), coalesce(e.refused_count, 0), coalesce(e.version, 0),
      a.over_capture_bps, a.limits, a.step_up_above::text, a.pools)), '[]')
    from (
      select u.account_id from unnest(p_accounts) as u (account_id)
      union
      select c.account_id from unnest(p_codes) as u (code)
      cross join lateral (select n.account_id from account_setting n where n.ledger_id = p_ledger and n.code = u.code order by n.number limit 1) as c
    ) as wanted
    cross join lateral (
      select n.account_id, n.code, n.kind, n.currency, n.owner, n.floor, n.ceiling, n.debits_frozen, n.credits_frozen, n.closed, n.over_capture_bps, n.limits, n.step_up_above, n.pools
      from account_setting n where n.ledger_id = p_ledger and n.account_id = wanted.account_id and n.number <= p_number
      order by n.number desc limit 1
    ) as a
    left join lateral (
      select n.debits, n.credits, n.held_debits, n.held_credits, n.debit_count, n.credit_count, n.refused_count, n.version from entry n
      where n.ledger_id = p_ledger and n.account_id = wanted.account_id and n.position < (p_number + 1) * 256
      order by n.position desc limit 1
    ) as e on true
  );
end $$;
comment on function bahi.account_states_at is 'Accounts named by id or by code as they stood after an event, in the form of account_states.';
