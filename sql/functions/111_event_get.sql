create or replace function bahi.event_get(p_ledger integer, p_number bigint) returns text
language sql stable security definer set search_path = bahi, pg_temp
return (select e.body from bahi.event e where e.ledger_id = p_ledger and e.number = p_number);
comment on function bahi.event_get is 'One event''s body; null where there is none.';
