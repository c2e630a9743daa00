create or replace function bahi.sandbox_ahead(p_ledger integer) returns bigint
language plpgsql stable set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return coalesce((select c.ahead_micros from sandbox_clock c where c.ledger_id = p_ledger order by c.number desc limit 1), 0);
end $$;
comment on function bahi.sandbox_ahead is 'Microseconds by which the clock of a sandbox ledger is ahead of the database''s.';
