-- Debits and credits of an account that count before a moment, as far as they were posted up to an event.
--
--   p_before   the moment, itself not; p_known: the event
--   p_last     the last event up to p_known that was posted before the moment
--   p_period   a close with that account carried forward, known at p_known, of p_from, which is the moment or earlier;
--              p_first: the last event that was posted before p_from. Null: none
--
-- From the last carried balance: that, what was posted from p_from on, less what of it counts before (it is in the balance
-- already), and what was posted later and counts from p_from on. Without one: what was posted, and what was posted
-- later and dated back. Either way three or four seeks and the dated entries of one open period, whatever the history.
-- What counts in a stretch of time is put in the order of time, what was posted in one in that of positions: without sorting,
-- one index alone gives each.
create or replace function bahi.effective_totals(p_ledger integer, p_account bigint, p_before timestamptz, p_last bigint, p_known bigint,
  p_period bigint, p_from timestamptz, p_first bigint, out debits bigint, out credits bigint)
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare
  v_posted record;
  v_carried record;
  v_first record;
  v_earlier record;
  v_later record;
begin
  select e.debits, e.credits into v_posted from entry e
  where e.ledger_id = p_ledger and e.account_id = p_account and e.position < (p_last + 1) << 8 order by e.position desc limit 1;
  if p_period is null then
    select coalesce(sum(-x.amount) filter (where x.amount < 0), 0)::bigint as debits, coalesce(sum(x.amount) filter (where x.amount > 0), 0)::bigint as credits
    into v_later from (
      select e.amount from entry_effective e
      where e.ledger_id = p_ledger and e.account_id = p_account
        and e.position >= (p_last + 1) << 8 and e.position < (p_known + 1) << 8 and e.effective_at < p_before
      order by e.position
    ) as x;
    debits := coalesce(v_posted.debits, 0) + v_later.debits;
    credits := coalesce(v_posted.credits, 0) + v_later.credits;
    return;
  end if;
  select c.debits, c.credits into v_carried from carried_balance c
  where c.ledger_id = p_ledger and c.account_id = p_account and c.period_number <= p_period order by c.period_number desc limit 1;
  select e.debits, e.credits into v_first from entry e
  where e.ledger_id = p_ledger and e.account_id = p_account and e.position < (p_first + 1) << 8 order by e.position desc limit 1;
  select coalesce(sum(-x.amount) filter (where x.amount < 0), 0)::bigint as debits, coalesce(sum(x.amount) filter (where x.amount > 0), 0)::bigint as credits
  into v_earlier from (
    select e.amount from entry_effective e
    where e.ledger_id = p_ledger and e.account_id = p_account
      and e.position >= (p_first + 1) << 8 and e.position < (p_last + 1) << 8 and e.effective_at < p_from
    order by e.position
  ) as x;
  select coalesce(sum(-x.amount) filter (where x.amount < 0), 0)::bigint as debits, coalesce(sum(x.amount) filter (where x.amount > 0), 0)::bigint as credits
  into v_later from (
    select e.amount from entry_effective e
    where e.ledger_id = p_ledger and e.account_id = p_account and e.effective_at >= p_from and e.effective_at < p_before
      and e.position >= (p_last + 1) << 8 and e.position < (p_known + 1) << 8
    order by e.effective_at
  ) as x;
  debits := coalesce(v_carried.debits, 0) + coalesce(v_posted.debits, 0) - coalesce(v_first.debits, 0) - v_earlier.debits + v_later.debits;
  credits := coalesce(v_carried.credits, 0) + coalesce(v_posted.credits, 0) - coalesce(v_first.credits, 0) - v_earlier.credits + v_later.credits;
end $$;
comment on function bahi.effective_totals is 'Cumulative debits and credits of an account by effective time before a moment, as known after an event.';
