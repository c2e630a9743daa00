-- Fairness, not safety: the lock's queue is first come, first served, so processes on one ledger take turns. A process
-- that waits longer than the timeout posts one turn without the lock; the fence of ledger_append keeps that safe.
create or replace function bahi.ledger_lock(p_ledger integer) returns boolean
language plpgsql volatile set search_path = bahi, pg_temp set lock_timeout = '400ms' as $$
begin
  perform pg_advisory_lock(1650550889, p_ledger);
  return true;
exception when lock_not_available then
  return false;
end $$;
comment on function bahi.ledger_lock is 'Waits up to 400 ms for the ledger''s session lock; false when it was not had.';
