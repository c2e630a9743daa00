-- An account before and after a period of posted time, half open: [p_from, p_to). A moment alone is a period without a start.
-- Times become event numbers by binary search, and each state is two seeks: nothing here grows with the history.
-- The newest event is read first and bounds the rest, so that what is posted meanwhile does not enter.
create or replace function bahi.account_period(p_ledger integer, p_account bigint, p_from_micros bigint, p_to_micros bigint)
returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_head bigint;
  v_head_at timestamptz;
  v_first bigint := 1;
  v_last bigint;
  v_ahead bigint;
begin
  select e.number, e.at into v_head, v_head_at from event e where e.ledger_id = p_ledger order by e.number desc limit 1;
  v_last := v_head;
  select case when l.sandbox then sandbox_ahead(p_ledger) else 0 end into v_ahead from ledger l where l.ledger_id = p_ledger;
  if p_from_micros is not null then
    v_first := event_number_at(p_ledger, from_micros(p_from_micros));
  end if;
  if p_to_micros is not null then
    v_last := least(v_head, event_number_at(p_ledger, from_micros(p_to_micros)) - 1);
  end if;
  return json_build_object(
    'first', v_first, 'last', v_last, 'newest_at', to_micros(v_head_at), 'now', greatest(to_micros(v_head_at), to_micros(clock_timestamp()) + v_ahead),
    'before', case when p_from_micros is not null then account_states_at(p_ledger, array[p_account], '{}', v_first - 1) -> 0 end,
    'after', account_states_at(p_ledger, array[p_account], '{}', v_last) -> 0,
    'opened_at', (select to_micros(e.at) from event e where e.ledger_id = p_ledger and e.number between p_account and p_account
      order by e.number limit 1));
end $$;
comment on function bahi.account_period is 'States of an account before and after a period of posted time, in the form of account_states, and the numbers of the first and the last event in it.';
