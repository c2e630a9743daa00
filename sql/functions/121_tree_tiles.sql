-- Tiles: up to 256 neighbouring nodes of one level, as one run of bytes in their order. Level 0 are the leaves.
create or replace function bahi.tree_tiles(p_ledger integer, p_levels smallint[], p_tiles bigint[])
returns table (level smallint, tile bigint, hashes bytea) language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
#variable_conflict use_column
begin
  return query
    select w.level, w.tile, case when w.level = 0
      then (select string_agg(o.leaf_hash, ''::bytea) from (
        select e.leaf_hash from event e
        where e.ledger_id = p_ledger and e.number > w.tile << 8 and e.number <= (w.tile + 1) << 8 order by e.number) as o)
      else (select string_agg(o.hash, ''::bytea) from (
        select n.hash from tree_node n
        where n.ledger_id = p_ledger and n.level = w.level and n.position >= w.tile << 8 and n.position < (w.tile + 1) << 8
        order by n.position) as o) end
    from unnest(p_levels, p_tiles) as w (level, tile);
end $$;
comment on function bahi.tree_tiles is 'Hashes of the tiles asked for, up to 256 each, as far as they are stored; null for a tile without any.';
