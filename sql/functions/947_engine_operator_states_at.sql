create or replace function bahi.operator_states_at(p_ledger integer, p_operators text[], p_number bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp
return bahi.operator_states(p_ledger, p_operators, p_number);
comment on function bahi.operator_states_at is 'Operators as they stood after an event, for the verifier.';
