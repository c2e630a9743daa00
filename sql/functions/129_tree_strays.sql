-- For the verifier, in one snapshot: rows that no page of it comes to. Reads the whole index of nodes.
create or replace function bahi.tree_strays(p_ledger integer) returns json
language plpgsql stable security definer set search_path = bahi, pg_temp as $$
declare
  v_head constant bigint := coalesce((select b.last_number from batch b where b.ledger_id = p_ledger order by b.last_number desc limit 1), 0);
  v_size constant bigint := coalesce((select c.size from checkpoint c
    where c.ledger_id = p_ledger and c.size <= v_head order by c.size desc limit 1), 0);
begin
  return json_build_object(
    'checkpoints', (select coalesce(json_agg(c.size), '[]') from (
      select o.size from checkpoint o where o.ledger_id = p_ledger and (o.size < 1 or o.size > v_head) order by o.size limit 100) as c),
    'nodes', (select coalesce(json_agg(json_build_array(n.level, n.position)), '[]') from (
      select o.level, o.position from tree_node o where o.ledger_id = p_ledger
        and (o.level not between 1 and 5 or o.position < 0 or o.position >= v_size >> (8 * least(greatest(o.level, 0), 5)))
      order by o.level, o.position limit 100) as n));
end $$;
comment on function bahi.tree_strays is 'Checkpoints beyond the log or below its first event, and nodes that no checkpoint covers.';
