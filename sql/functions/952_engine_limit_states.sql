-- What of the limits of accounts and of pools is used now: what the fold would read (ledger_read), the clock of the ledger, and
-- the windows that slide as they are then. The sums are made where the fold makes them.
create or replace function bahi.limit_states(p_ledger integer, p_accounts bigint[], p_pools bigint[]) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_read json := ledger_read(p_ledger, p_accounts, '{}', '{}', '{}', '{}', '{}', '{}', '{}', p_pools);
  v_now bigint := greatest((v_read ->> 'at')::bigint, to_micros(clock_timestamp()) + sandbox_ahead(p_ledger));
  v_subjects bigint[] := p_accounts || array(select (p ->> 0)::bigint from json_array_elements(
    case when json_typeof(v_read -> 'pools') = 'array' then v_read -> 'pools' else '[]' end) as p);
begin
  return json_build_object('read', v_read, 'now', v_now,
    'windows', account_sliding(p_ledger, v_subjects, v_now, (v_read ->> 'head')::bigint));
end $$;
comment on function bahi.limit_states is 'Accounts with their pools, and pools, with what their limits look at now: ledger_read, the time, and account_sliding at that time.';
