-- One signer for the installation, whatever the number of processes: who has the lock signs all of its logs until its session
-- ends. Nobody waits for it; the others ask again.
--   outcomes     'held' (since before) | 'taken' (just now: what others did is to be read) | 'other' (another session has it)
create or replace function bahi.signing_lock() returns text
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
begin
  if signing_lock_is_held() then
    return 'held';
  end if;
  return case when pg_try_advisory_lock(1650550890, 0) then 'taken' else 'other' end;
end $$;
comment on function bahi.signing_lock is 'Makes this session the signer of checkpoints, unless another one is.';
