create or replace function bahi.event_get(p_ledger integer, p_number bigint) returns text
language sql stable security definer set search_path = bahi, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
return (select e.body from bahi.event e where e.ledger_id = p_ledger and e.number between p_number and p_number order by e.number limit 1);
comment on function bahi.event_get is 'One event''s body; null where there is none.';
