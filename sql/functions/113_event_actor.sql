-- The actor is the first member of the canonical JSON: found without reading the rest, which somebody may have broken.
create or replace function bahi.event_actor(p_ledger integer, p_number bigint) returns text
language sql stable set search_path = bahi, pg_temp
return (
  select coalesce(substring(e.body from '^\{"actor":"([^"]*)"'), '') from bahi.event e where e.ledger_id = p_ledger and e.number = p_number
);
comment on function bahi.event_actor is 'Who asked for what an event records.';
