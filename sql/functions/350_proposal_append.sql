-- Policies, proposals and decisions, each a row in the order of the fold. What is decided once, and by whom not, the constraints
-- say; here is asserted that nothing is decided from the proposal's end on.
create or replace function bahi.proposal_append(p_ledger integer, p_at timestamptz, p_policies jsonb, p_proposals jsonb, p_decisions jsonb)
returns void language plpgsql volatile set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_late bigint;
begin
  insert into approval_policy (ledger_id, number, expires_in_seconds, rules, mac)
  select p_ledger, (p ->> 0)::bigint, (p ->> 1)::integer, p -> 2, decode(p ->> 3, 'hex')
  from jsonb_array_elements(coalesce(p_policies, '[]')) as p;
  insert into proposal (ledger_id, proposal_id, action, proposer, proposer_client, expires_at, hash, mac)
  select p_ledger, (p ->> 0)::bigint, p ->> 1, p ->> 2, p ->> 3, from_micros((p ->> 4)::bigint), decode(p ->> 5, 'hex'), decode(p ->> 6, 'hex')
  from jsonb_array_elements(coalesce(p_proposals, '[]')) as p;
  insert into proposal_decision (ledger_id, proposal_id, number, status, proposer, proposer_client, checker, checker_client, mac)
  select p_ledger, (d ->> 0)::bigint, (d ->> 1)::bigint, d ->> 2, d ->> 3, d ->> 4, d ->> 5, d ->> 6, decode(d ->> 7, 'hex')
  from jsonb_array_elements(coalesce(p_decisions, '[]')) as d;

  select p.proposal_id into v_late from jsonb_array_elements(coalesce(p_decisions, '[]')) as d
  join proposal p on p.ledger_id = p_ledger and p.proposal_id = (d ->> 0)::bigint where p.expires_at <= p_at limit 1;
  if found then
    raise exception 'proposal % is decided after its end', v_late using errcode = 'data_corrupted';
  end if;
end $$;
comment on function bahi.proposal_append is 'Inserts policies, proposals and decisions; fails with data_corrupted where a proposal is decided after its end.';
