-- Leaves of a log as one run of bytes, in whole batches: at least one, and then no further than p_count numbers behind p_after.
-- A log has an event for each number, so there are 32 bytes for each number up to last_number; the signer counts them.
create or replace function bahi.tree_leaves(p_ledger integer, p_after bigint, p_count integer)
returns table (last_number bigint, hashes bytea) language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
#variable_conflict use_column
declare
  v_to bigint;
begin
  select b.last_number into v_to from batch b
    where b.ledger_id = p_ledger and b.last_number > p_after and b.last_number <= p_after + p_count order by b.last_number desc limit 1;
  if v_to is null then
    select b.last_number into v_to from batch b where b.ledger_id = p_ledger and b.last_number > p_after order by b.last_number limit 1;
  end if;
  return query
    select v_to, coalesce(string_agg(o.leaf_hash, ''::bytea), ''::bytea) from (
      select e.leaf_hash from event e where e.ledger_id = p_ledger and e.number > p_after and e.number <= v_to order by e.number
    ) as o;
end $$;
comment on function bahi.tree_leaves is 'Leaf hashes behind a number, up to the end of a batch; last_number is null where there are none.';
