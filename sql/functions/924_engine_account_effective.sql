-- An account by effective time: its balance as effective at p_effective, as it was known at p_known (null: now). Both times become
-- numbers of events by binary search; then it is two seeks for the states and one stretch of the index of effective times: what
-- was posted after p_effective up to p_known and dated back. Nothing grows with the history before p_effective.
-- The newest event is read first and bounds the rest, so that what is posted meanwhile does not enter.
create or replace function bahi.account_effective(p_ledger integer, p_account bigint, p_effective_micros bigint, p_known_micros bigint)
returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_head bigint;
  v_head_at timestamptz;
  v_ahead bigint;
  v_known bigint;
  v_posted bigint;
  v_debits numeric;
  v_credits numeric;
begin
  select e.number, e.at into v_head, v_head_at from event e where e.ledger_id = p_ledger order by e.number desc limit 1;
  select case when l.sandbox then sandbox_ahead(p_ledger) else 0 end into v_ahead from ledger l where l.ledger_id = p_ledger;
  v_known := v_head;
  if p_known_micros is not null then
    v_known := least(v_head, event_number_at(p_ledger, from_micros(p_known_micros + 1)) - 1);
  end if;
  v_posted := least(v_known, event_number_at(p_ledger, from_micros(p_effective_micros + 1)) - 1);
  select coalesce(sum(-x.amount) filter (where x.amount < 0), 0), coalesce(sum(x.amount) filter (where x.amount > 0), 0)
  into v_debits, v_credits
  from entry_effective x
  where x.ledger_id = p_ledger and x.account_id = p_account
    and x.position >= (v_posted + 1) << 8 and x.position < (v_known + 1) << 8
    and x.effective_at <= from_micros(p_effective_micros);
  return json_build_object(
    'now', greatest(to_micros(v_head_at), to_micros(clock_timestamp()) + v_ahead),
    'known', account_states_at(p_ledger, array[p_account], '{}', v_known) -> 0,
    'posted', account_states_at(p_ledger, array[p_account], '{}', v_posted) -> 0,
    'debits', v_debits::text, 'credits', v_credits::text,
    'opened_at', (select to_micros(e.at) from event e where e.ledger_id = p_ledger and e.number between p_account and p_account
      order by e.number limit 1));
end $$;
comment on function bahi.account_effective is 'An account as known at a time, its totals as posted up to another, and what was posted in between and dated back to it or before.';
