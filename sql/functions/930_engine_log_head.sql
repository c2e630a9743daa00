-- Where a log ends, and what stood before its first event. One snapshot, so that events beyond the newest batch show.
create or replace function bahi.log_head(p_ledger integer) returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select json_build_object(
    'head', coalesce((select b.last_number from bahi.batch b where b.ledger_id = p_ledger order by b.last_number desc limit 1), 0),
    'newest_event', coalesce((select e.number from bahi.event e where e.ledger_id = p_ledger order by e.number desc limit 1), 0),
    'sandbox', (select l.sandbox from bahi.ledger l where l.ledger_id = p_ledger),
    'names', case when p_ledger = 0 then
      (select coalesce(json_agg(json_build_array(l.name, l.ledger_id)), '[]') from bahi.ledger l where l.number = 0) else '[]' end)
);
comment on function bahi.log_head is 'Numbers of the newest batch and of the newest event, and whether the ledger is a sandbox; for the installation, the ledgers that no event created.';
