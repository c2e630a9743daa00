create or replace function bahi.proposal_decision_row(p_ledger integer, p_proposal bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select json_build_array(d.proposal_id::text, d.number::text, d.status, d.proposer, d.proposer_client, d.checker, d.checker_client,
    encode(d.mac, 'hex'))
  from bahi.proposal_decision d where d.ledger_id = p_ledger and d.proposal_id = p_proposal
);
comment on function bahi.proposal_decision_row is 'What was decided about a proposal, as the fold wrote it; null where nothing was.';
