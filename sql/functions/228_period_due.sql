-- What the engine carries on with: ledgers whose newest close is not carried forward yet. Asked every few seconds, over
-- all ledgers: closes are few (a dozen a year and ledger), and one index tells which are done.
create or replace function bahi.period_due(p_except integer[]) returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select coalesce(json_agg(p.ledger_id order by p.ledger_id), '[]') from period p
    where not p.ledger_id = any (p_except)
      and not exists (select from period_progress g where g.ledger_id = p.ledger_id and g.period_number = p.number and g.last)
  );
end $$;
comment on function bahi.period_due is 'Ledgers with a close that is still being carried forward, without those named.';
