-- As sliding_windows, of a pool.
create or replace function bahi.pool_sliding(p_ledger integer, p_pool bigint, p_limits jsonb, p_at_micros bigint, p_last bigint) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_limit jsonb;
  v_start bigint;
  v_from bigint;
  v_base record;
  v_windows json[] := '{}';
begin
  for v_limit in select l.value from jsonb_array_elements(p_limits) with ordinality as l order by l.ordinality loop
    if v_limit ->> 2 not like '%s' then
      v_windows := v_windows || 'null'::json;
      continue;
    end if;
    -- What was counted at v_start or before does not count any more.
    v_start := p_at_micros - rtrim(v_limit ->> 2, 's')::bigint * 1000000;
    if (v_limit ->> 5)::bigint > v_start then
      v_from := event_number_at(p_ledger, from_micros((v_limit ->> 5)::bigint));
      select (v_limit ->> 6)::numeric as sum, (v_limit ->> 7)::bigint as count, (v_limit ->> 8)::numeric as moved into v_base;
    else
      v_from := event_number_at(p_ledger, from_micros(v_start + 1));
      select t.sum, t.count, t.moved into v_base from pool_limit_total(p_ledger, p_pool, v_limit ->> 1, v_from) as t;
    end if;
    v_windows := v_windows || json_build_array(v_base.sum::text, v_base.count, v_base.moved::text,
      pool_points(p_ledger, p_pool, v_limit ->> 1, v_from, v_base.moved, p_last, 64));
  end loop;
  return array_to_json(v_windows);
end $$;
comment on function bahi.pool_sliding is 'As sliding_windows, of a pool.';
