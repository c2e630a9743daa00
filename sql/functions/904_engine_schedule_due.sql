-- What the sweeper asks for, over all ledgers: transfers whose time has come with the event that asked for them, the longest
-- overdue first. One range of an index: the time is the statement's, since a clock that moves meanwhile can bound no range.
-- A sandbox ledger whose clock was moved has its own time: all that is to come there is looked through, each time.
-- Ledgers that do not post at the moment are left out by the caller, so that theirs do not stand in front of all others.
create or replace function bahi.schedule_due(p_except integer[], p_limit integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(d.ledger_id, d.schedule_id, e.body) order by d.scheduled_for, d.ledger_id, d.schedule_id), '[]')
    from (
      (select o.ledger_id, o.schedule_id, o.scheduled_for from schedule_open o
      where o.scheduled_for <= statement_timestamp() and not o.ledger_id = any (p_except)
      order by o.scheduled_for, o.ledger_id, o.schedule_id limit p_limit)
      union
      (select o.ledger_id, o.schedule_id, o.scheduled_for
      from (select l.ledger_id, statement_timestamp() + sandbox_ahead(l.ledger_id) * interval '1 microsecond' as now from ledger l
        where l.sandbox and sandbox_ahead(l.ledger_id) > 0 and not l.ledger_id = any (p_except)) as s
      cross join lateral (select n.ledger_id, n.schedule_id, n.scheduled_for from schedule_open n
        where n.ledger_id = s.ledger_id and n.scheduled_for <= s.now order by n.scheduled_for, n.schedule_id limit p_limit) as o)
      order by scheduled_for, ledger_id, schedule_id limit p_limit
    ) as d
    cross join lateral (
      select v.body from event v where v.ledger_id = d.ledger_id and v.number between d.schedule_id and d.schedule_id order by v.number limit 1
    ) as e
  );
end $$;
comment on function bahi.schedule_due is 'Scheduled transfers that should be posted now, as [ledger, schedule, body of its event], the longest overdue first.';
