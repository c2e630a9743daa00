create or replace function bahi.proposal_states(p_ledger integer, p_proposals bigint[], p_number bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(json_build_array(bahi.proposal_row(p_ledger, p.proposal_id),
    (select bahi.proposal_decision_row(p_ledger, d.proposal_id) from bahi.proposal_decision d
      where d.ledger_id = p_ledger and d.proposal_id = p.proposal_id and d.number <= p_number))), '[]')
  from bahi.proposal p
  where p.ledger_id = p_ledger and p.proposal_id = any (p_proposals) and p.proposal_id <= p_number
);
comment on function bahi.proposal_states is 'Proposals as they stood after an event, [proposal_row, proposal_decision_row or null] each; what is none is left out.';
