-- One signer for the installation, whatever the number of processes: who has the lock signs all of its logs until its session
-- ends. Nobody waits for it; the others ask again.
create or replace function bahi.signing_lock() returns boolean
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
begin
  return signing_lock_is_held() or pg_try_advisory_lock(1650550890, 0);
end $$;
comment on function bahi.signing_lock is 'Makes this session the signer of checkpoints; false where another one is.';
