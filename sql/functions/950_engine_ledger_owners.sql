-- Owners whose accounts a new pool takes in, or whose pools a new account joins, and pools by name: rare, so a call of its own.
create or replace function bahi.ledger_owners(p_ledger integer, p_owners uuid[], p_pool_names text[]) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_head record;
begin
  select b.last_number, b.link into v_head from batch b where b.ledger_id = p_ledger order by b.last_number desc limit 1;
  return json_build_object(
    'head', coalesce(v_head.last_number, 0), 'link', coalesce(encode(v_head.link, 'hex'), ''),
    'owners', owner_states(p_ledger, p_owners, coalesce(v_head.last_number, 0)),
    'names', pool_names(p_ledger, p_pool_names, coalesce(v_head.last_number, 0)));
end $$;
comment on function bahi.ledger_owners is 'Head and link of a log, the owner_states of owners, and which of these names pools have.';
