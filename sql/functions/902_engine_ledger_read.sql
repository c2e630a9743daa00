-- What a batch needs, read at one head: states of accounts (of some of which the caller lacks the totals alone), API keys, holds (with the accounts of these) and scheduled
-- transfers, which are asked for as holds are, by the number of a transfer; the pools of these accounts and those asked for; earlier results
-- of idempotency keys, ledgers by name, operators.
-- Over the posting connection it runs behind the appends in flight, so it must find the head that the caller folded to.
create or replace function bahi.ledger_read(
  p_ledger integer, p_accounts bigint[], p_codes text[], p_keys uuid[], p_api_keys bigint[], p_names text[], p_holds bigint[], p_operators text[] default '{}',
  p_totals bigint[] default '{}', p_pools bigint[] default '{}'
) returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_head record;
  v_accounts bigint[] := case when cardinality(p_holds) > 0 then p_accounts || hold_accounts(p_ledger, p_holds) else p_accounts end;
begin
  select b.last_number, b.link, b.at into v_head from batch b where b.ledger_id = p_ledger order by b.last_number desc limit 1;
  return json_build_object(
    'head', coalesce(v_head.last_number, 0), 'link', coalesce(encode(v_head.link, 'hex'), ''), 'at', coalesce(to_micros(v_head.at), 0),
    'accounts', case when cardinality(v_accounts) + cardinality(p_codes) > 0 then account_states(p_ledger, v_accounts, p_codes) end,
    'totals', case when cardinality(p_totals) > 0 then account_totals(p_ledger, p_totals) end,
    'windows', case when cardinality(v_accounts) + cardinality(p_codes) > 0 then
      account_windows(p_ledger, v_accounts, p_codes, v_head.last_number) end,
    'pools', case when cardinality(v_accounts) + cardinality(p_codes) + cardinality(p_pools) > 0 then
      pool_states(p_ledger, p_pools, v_accounts, p_codes, v_head.last_number) end,
    'keys', case when cardinality(p_keys) > 0 then event_by_key(p_ledger, p_keys) end,
    'api_keys', case when cardinality(p_api_keys) > 0 then api_key_states(p_ledger, p_api_keys) end,
    'names', case when cardinality(p_names) > 0 then (
      select coalesce(json_agg(json_build_array(l.name, l.ledger_id)), '[]') from ledger l where l.name = any (p_names)) end,
    'holds', case when cardinality(p_holds) > 0 then hold_states(p_ledger, p_holds, v_head.last_number) end,
    'schedules', case when cardinality(p_holds) > 0 then schedule_states(p_ledger, p_holds, v_head.last_number) end,
    'not_held', case when cardinality(p_holds) > 0 then transfers_not_held(p_ledger, p_holds, v_head.last_number) end,
    'operators', case when cardinality(p_operators) > 0 then operator_states(p_ledger, p_operators, v_head.last_number) end);
end $$;
comment on function bahi.ledger_read is 'Head, link and time of a log with the states that a batch needs.';
