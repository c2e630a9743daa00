-- A time becomes a number by binary search: time never falls with the number, so no index on time is needed.
-- About 2 log2(n) pages, whatever the length of the log.
create or replace function bahi.event_number_at(p_ledger integer, p_at timestamptz) returns bigint
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_low bigint := 1;
  v_high bigint;
  v_middle bigint;
  v_at timestamptz;
begin
  select e.number + 1 into v_high from event e where e.ledger_id = p_ledger order by e.number desc limit 1;
  while v_low < v_high loop
    v_middle := (v_low + v_high) / 2;
    select e.at into v_at from event e where e.ledger_id = p_ledger and e.number between v_middle and v_middle
      order by e.number limit 1;
    if v_at >= p_at then
      v_high := v_middle;
    else
      v_low := v_middle + 1;
    end if;
  end loop;
  return v_low;
end $$;
comment on function bahi.event_number_at is 'Number of the first event at this time or later; one above the newest when there is none.';
