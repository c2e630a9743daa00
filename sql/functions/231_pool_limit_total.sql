-- As limit_total, of a pool.
create or replace function bahi.pool_limit_total(
  p_ledger integer, p_pool bigint, p_direction text, p_number bigint, out sum numeric, out count bigint, out moved numeric
) language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_total record;
begin
  select n.outgoing, n.incoming, n.credited, n.out_count, n.in_count into v_total from pool_total n
  where n.ledger_id = p_ledger and n.pool_id = p_pool and n.number < p_number order by n.number desc limit 1;
  if p_direction = 'incoming' then
    sum := coalesce(v_total.incoming, 0);
    count := coalesce(v_total.in_count, 0);
    moved := sum;
  elsif p_direction = 'outgoing' then
    sum := coalesce(v_total.outgoing, 0);
    count := coalesce(v_total.out_count, 0);
    moved := sum;
  else
    sum := coalesce(v_total.outgoing - v_total.credited, 0);
    count := 0;
    moved := coalesce(v_total.outgoing + v_total.credited, 0);
  end if;
end $$;
comment on function bahi.pool_limit_total is 'Cumulative total of a pool before an event, in the direction of a limit: sum and count, and what has moved.';
