create or replace function bahi.account_page_at(p_ledger integer, p_after bigint, p_limit integer, p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return account_states_at(p_ledger, array(
    select a.account_id from account a where a.ledger_id = p_ledger and a.account_id > p_after and a.account_id <= p_number
    order by a.account_id limit p_limit), '{}', p_number);
end $$;
comment on function bahi.account_page_at is 'A page of accounts as they stood after an event: what the final check of balances reads.';
