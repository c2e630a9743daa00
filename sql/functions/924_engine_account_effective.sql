-- An account by effective time: its totals as effective at p_effective, as they were known at p_known (null: now). Times
-- become numbers of events by binary search; the totals are effective_totals, from the last close that had carried the account
-- forward by p_effective and was known at p_known. What was posted behind a close never counts before it, which bounds the rest.
-- The newest event is read first and bounds it all, so that what is posted meanwhile does not enter.
create or replace function bahi.account_effective(p_ledger integer, p_account bigint, p_effective_micros bigint, p_known_micros bigint)
returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_head bigint;
  v_head_at timestamptz;
  v_ahead bigint;
  v_before timestamptz := from_micros(p_effective_micros + 1);
  v_known bigint;
  v_last bigint;
  v_base record;
  v_first bigint;
  v_bound bigint;
  v_totals record;
begin
  select e.number, e.at into v_head, v_head_at from event e where e.ledger_id = p_ledger order by e.number desc limit 1;
  select case when l.sandbox then sandbox_ahead(p_ledger) else 0 end into v_ahead from ledger l where l.ledger_id = p_ledger;
  v_known := v_head;
  if p_known_micros is not null then
    v_known := least(v_head, event_number_at(p_ledger, from_micros(p_known_micros + 1)) - 1);
  end if;
  v_last := least(v_known, event_number_at(p_ledger, v_before) - 1);
  select p.number, p.closed_until into v_base from period p
  where p.ledger_id = p_ledger and p.closed_until <= v_before and p.number <= v_known
    and exists (
      select from (select g.carried_to, g.last from period_progress g
        where g.ledger_id = p_ledger and g.period_number = p.number order by g.number desc limit 1) as g
      where g.last or g.carried_to >= p_account)
  order by p.closed_until desc limit 1;
  if v_base.number is not null then
    v_first := event_number_at(p_ledger, v_base.closed_until) - 1;
  end if;
  select p.number into v_bound from period p
  where p.ledger_id = p_ledger and p.closed_until >= v_before order by p.closed_until limit 1;
  select t.debits, t.credits into v_totals
  from effective_totals(p_ledger, p_account, v_before, v_last, least(v_known, v_bound), v_base.number, v_base.closed_until, v_first) as t;
  return json_build_object(
    'now', greatest(to_micros(v_head_at), to_micros(clock_timestamp()) + v_ahead),
    'known', account_states_at(p_ledger, array[p_account], '{}', v_known) -> 0,
    'posted', account_states_at(p_ledger, array[p_account], '{}', v_last) -> 0,
    'debits', v_totals.debits::text, 'credits', v_totals.credits::text,
    'opened_at', (select to_micros(e.at) from event e where e.ledger_id = p_ledger and e.number between p_account and p_account
      order by e.number limit 1));
end $$;
comment on function bahi.account_effective is 'An account as known at a time, as posted up to another, and its totals by effective time up to that.';
