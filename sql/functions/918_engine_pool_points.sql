-- As limit_points, of a pool: rows of totals that grew in another direction may lie between in any number, so the next that
-- counts is found by galloping and then halving.
create or replace function bahi.pool_points(
  p_ledger integer, p_pool bigint, p_direction text, p_from bigint, p_moved numeric, p_last bigint, p_points integer
) returns json language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_newest numeric := (select t.moved from pool_limit_total(p_ledger, p_pool, p_direction, p_last + 1) as t);
  v_moved numeric := p_moved;
  v_low bigint := p_from;
  v_high bigint;
  v_middle bigint;
  v_step bigint;
  v_at timestamptz;
  v_total record;
  v_points json[] := '{}';
begin
  while v_moved < v_newest and cardinality(v_points) < p_points loop
    -- The next row of the pool, and from there the first behind which more has moved.
    select n.number into v_low from pool_total n
    where n.ledger_id = p_ledger and n.pool_id = p_pool and n.number >= v_low order by n.number limit 1;
    v_high := v_low;
    v_step := 1;
    while (select t.moved from pool_limit_total(p_ledger, p_pool, p_direction, v_high + 1) as t) <= v_moved loop
      v_low := v_high + 1;
      v_high := least(p_last, v_high + v_step);
      v_step := v_step * 2;
    end loop;
    while v_low < v_high loop
      v_middle := (v_low + v_high) / 2;
      if (select t.moved from pool_limit_total(p_ledger, p_pool, p_direction, v_middle + 1) as t) > v_moved then
        v_high := v_middle;
      else
        v_low := v_middle + 1;
      end if;
    end loop;
    select e.at into v_at from event e where e.ledger_id = p_ledger and e.number >= v_high order by e.number limit 1;
    select t.sum, t.count, t.moved into v_total from pool_limit_total(p_ledger, p_pool, p_direction, v_high + 1) as t;
    v_points := v_points || json_build_array(to_micros(v_at), v_total.sum::text, v_total.count, v_total.moved::text);
    v_moved := v_total.moved;
    v_low := v_high + 1;
  end loop;
  return json_build_array(v_moved = v_newest, array_to_json(v_points));
end $$;
comment on function bahi.pool_points is 'As limit_points, of a pool: whether there are no more, and the first so many batches at which the total of a limit grew.';
