create or replace function bahi.proposal_states_at(p_ledger integer, p_proposals bigint[], p_number bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp
return bahi.proposal_states(p_ledger, p_proposals, p_number);
comment on function bahi.proposal_states_at is 'Proposals as they stood after an event, for the verifier.';
