-- What the sweeper asks for, over all ledgers: holds whose time has come, the longest overdue first. One range of an index:
-- the time is the statement's, since a clock that moves meanwhile can bound no range.
-- Ledgers that do not post at the moment are left out by the caller, so that theirs do not stand in front of all others.
create or replace function bahi.hold_due(p_except integer[], p_limit integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(d.ledger_id, d.hold_id)), '[]')
    from (
      select o.ledger_id, o.hold_id from hold_open o
      where o.expires_at <= statement_timestamp() and not o.ledger_id = any (p_except)
      order by o.expires_at limit p_limit
    ) as d
  );
end $$;
comment on function bahi.hold_due is 'Open holds that should expire now, as [ledger, hold], the longest overdue first.';
