create or replace function bahi.proposal_view(p_ledger integer, p_proposal bigint) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    select json_build_object('row', proposal_row(p_ledger, p_proposal), 'decision', proposal_decision_row(p_ledger, p_proposal),
      'body', e.body, 'now', to_micros(clock_timestamp()) + coalesce(sandbox_ahead(p_ledger), 0),
      'decided_at', (
        select to_micros(v.at) from proposal_decision d join event v on v.ledger_id = p_ledger and v.number = d.number
        where d.ledger_id = p_ledger and d.proposal_id = p_proposal))
    from proposal p join event e on e.ledger_id = p_ledger and e.number = p.proposal_id
    where p.ledger_id = p_ledger and p.proposal_id = p_proposal
  );
end $$;
comment on function bahi.proposal_view is 'A proposal with its event, what was decided and when, and the time of the ledger; times in microseconds.';
