-- One seek for what a pool had counted before an event, in the form of window_totals: what is held to come in is what came in
-- and was not credited. No hold gives anything back here.
create or replace function bahi.pool_totals(p_ledger integer, p_pool bigint, p_number bigint) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  return (
    select json_build_array(
      coalesce(t.outgoing, 0)::text, coalesce(t.credited, 0)::text, '0', coalesce(t.incoming - t.credited, 0)::text,
      coalesce(t.out_count, 0), coalesce(t.in_count, 0), '0', '0')
    from (select 1) as one
    left join lateral (
      select n.outgoing, n.incoming, n.credited, n.out_count, n.in_count from pool_total n
      where n.ledger_id = p_ledger and n.pool_id = p_pool and n.number < p_number order by n.number desc limit 1
    ) as t on true
  );
end $$;
comment on function bahi.pool_totals is 'What a pool had counted before an event, in the form of window_totals.';
