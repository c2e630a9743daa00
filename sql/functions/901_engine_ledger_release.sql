-- A statement of its own behind the last append on the same connection: inside the append it would act before the commit.
create or replace function bahi.ledger_release(p_ledger integer) returns boolean
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
begin
  perform set_config('idle_session_timeout', '0', false);
  return pg_advisory_unlock(1650550889, p_ledger);
end $$;
comment on function bahi.ledger_release is 'Gives the ledger''s session lock to the next in the queue; true when it was held.';
