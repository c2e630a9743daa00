-- A statement of its own behind the last append on the same connection: inside the append it would act before the commit.
create or replace function bahi.ledger_release(p_ledger integer) returns boolean
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
begin
  perform set_config('idle_session_timeout', '0', false);
  -- Unlocking what is not held (a turn taken without the lock) raises a warning, and a warning ends a posting session.
  if not exists (
    select from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'advisory'
      and l.classid = 1650550889 and l.objid = p_ledger::oid and l.objsubid = 2 and l.granted
  ) then
    return false;
  end if;
  return pg_advisory_unlock(1650550889, p_ledger);
end $$;
comment on function bahi.ledger_release is 'Gives the ledger''s session lock to the next in the queue; true when it was held.';
