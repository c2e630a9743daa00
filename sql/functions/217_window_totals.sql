-- One seek for the newest entry before an event, one for the newest mark: whatever the history.
create or replace function bahi.window_totals(p_ledger integer, p_account bigint, p_number bigint) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  return (
    select json_build_array(
      coalesce(e.debits, 0)::text, coalesce(e.credits, 0)::text, coalesce(e.held_debits, 0)::text, coalesce(e.held_credits, 0)::text,
      coalesce(e.debit_count, 0), coalesce(e.credit_count, 0),
      coalesce(m.released_debits, 0)::text, coalesce(m.released_credits, 0)::text)
    from (select 1) as one
    left join lateral (
      select n.debits, n.credits, n.held_debits, n.held_credits, n.debit_count, n.credit_count from entry n
      where n.ledger_id = p_ledger and n.account_id = p_account and n.position < p_number * 256
      order by n.position desc limit 1
    ) as e on true
    left join lateral (
      select n.released_debits, n.released_credits from limit_mark n
      where n.ledger_id = p_ledger and n.account_id = p_account and n.number < p_number
      order by n.number desc limit 1
    ) as m on true
  );
end $$;
comment on function bahi.window_totals is 'Totals of an account before an event that limits look at: debits, credits, held each way, counts, and what holds had given back each way.';
