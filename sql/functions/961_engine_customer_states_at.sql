create or replace function bahi.customer_states_at(p_ledger integer, p_owners uuid[], p_number bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp
return bahi.customer_states(p_ledger, p_owners, p_number);
comment on function bahi.customer_states_at is 'Customers as they stood after an event, for the verifier.';
