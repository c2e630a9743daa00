create or replace function bahi.proposal_row(p_ledger integer, p_proposal bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select json_build_array(p.proposal_id::text, p.action, p.proposer, p.proposer_client, bahi.to_micros(p.expires_at)::text,
    encode(p.hash, 'hex'), encode(p.mac, 'hex'))
  from bahi.proposal p where p.ledger_id = p_ledger and p.proposal_id = p_proposal
);
comment on function bahi.proposal_row is 'One proposal as the fold wrote it.';
