-- What counts before a close, of each of these accounts: what they are carried forward with. It does not change any more, as
-- nothing is posted behind a close that counts before it. The base is the close before, which is carried forward in whole.
create or replace function bahi.closing_totals(p_ledger integer, p_period bigint, p_accounts bigint[])
returns table (account_id bigint, debits bigint, credits bigint) language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
#variable_conflict use_column
declare
  v_until timestamptz;
  v_base record;
  v_last bigint;
  v_first bigint;
begin
  select p.closed_until into v_until from period p where p.ledger_id = p_ledger and p.number = p_period;
  select p.number, p.closed_until into v_base from period p
  where p.ledger_id = p_ledger and p.number < p_period order by p.number desc limit 1;
  v_last := event_number_at(p_ledger, v_until) - 1;
  if v_base.number is not null then
    v_first := event_number_at(p_ledger, v_base.closed_until) - 1;
  end if;
  return query
    select u.account, t.debits, t.credits from unnest(p_accounts) as u (account)
    cross join lateral effective_totals(p_ledger, u.account, v_until, v_last, p_period, v_base.number, v_base.closed_until, v_first) as t;
end $$;
comment on function bahi.closing_totals is 'Cumulative debits and credits by effective time of accounts at a close.';
