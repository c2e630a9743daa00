-- How far each log is signed: two seeks a log, one more where it has grown. Every server asks once a second, for those that
-- have grown or have an alarm. The clock of a sandbox ledger is moved, so its events have no age.
create or replace function bahi.log_status(p_all boolean) returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(l.ledger_id, l.name, coalesce(b.last_number, 0), coalesce(c.size, 0), to_micros(c.signed_at),
      case when c.size < b.last_number and not l.sandbox then greatest(to_micros(clock_timestamp()) - to_micros(e.at), 0) else 0 end, a.why) order by l.number, l.ledger_id), '[]')
    from ledger l
    left join log_alarm a on a.ledger_id = l.ledger_id
    left join lateral (
      select o.last_number from batch o where o.ledger_id = l.ledger_id order by o.last_number desc limit 1
    ) as b on true
    left join lateral (
      select o.size, o.signed_at from checkpoint o where o.ledger_id = l.ledger_id order by o.size desc limit 1
    ) as c on true
    left join lateral (
      select o.at from event o where o.ledger_id = l.ledger_id and o.number = c.size + 1 and c.size < b.last_number
    ) as e on true
    where p_all or c.size < b.last_number or a.why is not null
  );
end $$;
comment on function bahi.log_status is 'Logs by what is signed of them: [ledger, name, newest event, size of the checkpoint, when it was signed, age of the oldest event that none covers, alarm] each; a log without any checkpoint, and one of a sandbox, has no age.';
