-- Where the closing of a ledger's books stands: its newest close and how far that is carried forward. Null: never closed.
-- Two seeks; of a ledger that was never closed, one in an empty range.
create or replace function bahi.books_get(p_ledger integer) returns json language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare
  v_period record;
  v_progress record;
begin
  select p.number, p.closed_until into v_period from period p where p.ledger_id = p_ledger order by p.number desc limit 1;
  if not found then
    return null;
  end if;
  select g.carried_to, g.accounts, g.last into v_progress from period_progress g
  where g.ledger_id = p_ledger and g.period_number = v_period.number order by g.number desc limit 1;
  return json_build_array(v_period.number, to_micros(v_period.closed_until), coalesce(v_progress.carried_to, 0),
    coalesce(v_progress.accounts, 0), coalesce(v_progress.last, false));
end $$;
comment on function bahi.books_get is 'The newest close of a ledger: [number, closed until in microseconds, last account carried, balances carried, whether that is all]; null where there is none.';
