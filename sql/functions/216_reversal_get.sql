-- What was reversed of a transfer, for whoever reads it: the newest version, and the events of all, newest first. The bound
-- keeps the answer small, whatever was reversed.
create or replace function bahi.reversal_get(p_ledger integer, p_transfer bigint, p_reversals integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return (
    select json_build_object('reversed', n.reversed::text[],
      'reversals', (
        select coalesce(json_agg(r.number order by r.number desc), '[]') from (
          select v.number from reversal v
          where v.ledger_id = p_ledger and v.transfer_id = p_transfer order by v.number desc limit p_reversals
        ) as r))
    from (
      select v.reversed from reversal v
      where v.ledger_id = p_ledger and v.transfer_id = p_transfer order by v.number desc limit 1
    ) as n
  );
end $$;
comment on function bahi.reversal_get is 'Minor units that were reversed of each leg of a transfer, and the events that reversed it; null where none did.';
