-- One seek; a ledger in which nobody ever stopped finds nothing.
create or replace function bahi.customer_switched(p_ledger integer) returns bigint language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  return coalesce((
    select c.number from customer c where c.ledger_id = p_ledger and c.switched = c.number order by c.number desc limit 1), 0);
end $$;
comment on function bahi.customer_switched is 'The newest event that stopped the payments of a customer or let them go on; 0: none.';
