create or replace function bahi.proposal_get(p_ledger integer, p_proposal bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp
return bahi.proposal_view(p_ledger, p_proposal);
comment on function bahi.proposal_get is 'A proposal as proposal_view; null where there is none.';
