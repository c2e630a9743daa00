-- What the sweeper asks for, over all ledgers: holds whose time has come, the longest overdue first. One range of an index:
-- the time is the statement's, since a clock that moves meanwhile can bound no range.
-- A sandbox ledger whose clock was moved has its own time: all of its open holds are looked through, each time.
-- Ledgers that do not post at the moment are left out by the caller, so that theirs do not stand in front of all others.
create or replace function bahi.hold_due(p_except integer[], p_limit integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(d.ledger_id, d.hold_id)), '[]')
    from (
      (select o.ledger_id, o.hold_id, o.expires_at from hold_open o
      where o.expires_at <= statement_timestamp() and not o.ledger_id = any (p_except)
      order by o.expires_at limit p_limit)
      union
      (select o.ledger_id, o.hold_id, o.expires_at
      from (select l.ledger_id, statement_timestamp() + sandbox_ahead(l.ledger_id) * interval '1 microsecond' as now from ledger l
        where l.sandbox and sandbox_ahead(l.ledger_id) > 0 and not l.ledger_id = any (p_except)) as s
      cross join lateral (select h.ledger_id, h.hold_id, h.expires_at from hold_open h
        where h.ledger_id = s.ledger_id and h.expires_at <= s.now order by h.expires_at, h.hold_id limit p_limit) as o)
      order by expires_at limit p_limit
    ) as d
  );
end $$;
comment on function bahi.hold_due is 'Open holds that should expire now, as [ledger, hold], the longest overdue first.';
