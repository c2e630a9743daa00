-- Where a limit's total grew, batch by batch, behind events that are known not to matter: the batch is found by galloping and
-- then halving, since events that count nothing (refusals, credits of a limit on debits) may lie between in any number.
-- About 2 log2(distance) seeks a point, and one where the next batch of the account counts.
create or replace function bahi.limit_points(
  p_ledger integer, p_account bigint, p_direction text, p_from bigint, p_moved numeric, p_last bigint, p_points integer
) returns json language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_newest numeric := (select t.moved from limit_total(p_ledger, p_account, p_direction, p_last + 1) as t);
  v_moved numeric := p_moved;
  v_low bigint := p_from;
  v_high bigint;
  v_middle bigint;
  v_step bigint;
  v_batch record;
  v_total record;
  v_points json[] := '{}';
begin
  while v_moved < v_newest and cardinality(v_points) < p_points loop
    -- The next event with an entry of the account, and from there the first behind which more has moved.
    select n.position / 256 into v_low from entry n
    where n.ledger_id = p_ledger and n.account_id = p_account and n.position >= v_low * 256 order by n.position limit 1;
    v_high := v_low;
    v_step := 1;
    while (select t.moved from limit_total(p_ledger, p_account, p_direction, v_high + 1) as t) <= v_moved loop
      v_low := v_high + 1;
      v_high := least(p_last, v_high + v_step);
      v_step := v_step * 2;
    end loop;
    while v_low < v_high loop
      v_middle := (v_low + v_high) / 2;
      if (select t.moved from limit_total(p_ledger, p_account, p_direction, v_middle + 1) as t) > v_moved then
        v_high := v_middle;
      else
        v_low := v_middle + 1;
      end if;
    end loop;
    select b.last_number, b.at into v_batch from batch b
    where b.ledger_id = p_ledger and b.last_number >= v_high order by b.last_number limit 1;
    select t.sum, t.count, t.moved into v_total
    from limit_total(p_ledger, p_account, p_direction, v_batch.last_number + 1) as t;
    v_points := v_points || json_build_array(to_micros(v_batch.at), v_total.sum::text, v_total.count, v_total.moved::text);
    v_moved := v_total.moved;
    v_low := v_batch.last_number + 1;
  end loop;
  return json_build_array(v_moved = v_newest, array_to_json(v_points));
end $$;
comment on function bahi.limit_points is 'Whether there are no more, and the first so many batches behind p_from, up to p_last, at which the total of a limit grew: time, sum, count, what has moved.';
