create or replace function bahi.approval_policy_get(p_ledger integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select approval_policy_row(p_ledger, n.number)
    from (select p.number from approval_policy p where p.ledger_id = p_ledger order by p.number desc limit 1) as n
  );
end $$;
comment on function bahi.approval_policy_get is 'The policy that holds in a ledger, as approval_policy_row; null where none was ever set.';
