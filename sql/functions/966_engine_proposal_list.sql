create or replace function bahi.proposal_list(p_ledger integer, p_beyond bigint, p_descending boolean, p_count integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(proposal_view(p_ledger, p.proposal_id)), '[]')
    from (
      (select p.proposal_id from proposal p
      where p_descending and p.ledger_id = p_ledger and p.proposal_id < coalesce(p_beyond, 9223372036854775807) order by p.proposal_id desc limit p_count)
      union all
      (select p.proposal_id from proposal p
      where not p_descending and p.ledger_id = p_ledger and p.proposal_id > coalesce(p_beyond, 0) order by p.proposal_id limit p_count)
    ) as p
  );
end $$;
comment on function bahi.proposal_list is 'Proposals of a ledger by number, each as proposal_view.';
