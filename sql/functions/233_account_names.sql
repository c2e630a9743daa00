create or replace function bahi.account_names(p_ledger integer, p_accounts bigint[], p_codes text[]) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(a.account_id, a.code, a.currency)), '[]') from (
      select n.account_id, n.code, n.currency from unnest(p_accounts) as u (account_id)
      join account n on n.ledger_id = p_ledger and n.account_id = u.account_id
      union
      select n.account_id, n.code, n.currency from unnest(p_codes) as u (code)
      join account n on n.ledger_id = p_ledger and n.code = u.code
    ) as a
  );
end $$;
comment on function bahi.account_names is 'Number, code and currency of accounts named by id or by code; each once, in no order.';
