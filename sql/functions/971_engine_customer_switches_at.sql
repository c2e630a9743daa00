create or replace function bahi.customer_switches_at(p_ledger integer, p_number bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp
return bahi.customer_switches(p_ledger, 0, p_number);
comment on function bahi.customer_switches_at is 'Customers whose payments were stopped or let go on up to an event, for the verifier.';
