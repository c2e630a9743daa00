create or replace function bahi.signing_lock_is_held() returns boolean
language sql stable set search_path = bahi, pg_temp
return exists (
  select from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'advisory'
    and l.classid = 1650550890 and l.objid = 0 and l.objsubid = 2 and l.granted
);
comment on function bahi.signing_lock_is_held is 'Whether this session is the signer of checkpoints.';
