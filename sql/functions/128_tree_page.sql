-- For the verifier: checkpoints of sizes behind p_after up to p_last, and the stored nodes whose last leaf lies there.
create or replace function bahi.tree_page(p_ledger integer, p_after bigint, p_last bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return json_build_object(
    'checkpoints', (
      select coalesce(json_agg(json_build_array(c.size, c.previous_size, encode(c.root, 'hex'), c.note) order by c.size), '[]')
      from checkpoint c where c.ledger_id = p_ledger and c.size > p_after and c.size <= p_last),
    'nodes', (
      select coalesce(json_agg(json_build_array(n.level, n.position, encode(n.hash, 'hex')) order by n.level, n.position), '[]')
      from generate_series(1, 5) as l (level)
      cross join lateral (
        select o.level, o.position, o.hash from tree_node o
        where o.ledger_id = p_ledger and o.level = l.level
          and o.position >= p_after >> (8 * l.level) and o.position < p_last >> (8 * l.level)
      ) as n));
end $$;
comment on function bahi.tree_page is 'Checkpoints and nodes of the tree that end in a range of numbers.';
