create or replace function bahi.log_alarm_set(p_ledger integer, p_why text) returns boolean
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
begin
  if p_why is null then
    delete from log_alarm a where a.ledger_id = p_ledger;
  else
    insert into log_alarm (ledger_id, why) values (p_ledger, p_why)
    on conflict (ledger_id) do update set why = excluded.why where log_alarm.why <> excluded.why;
  end if;
  return true;
end $$;
comment on function bahi.log_alarm_set is 'Says why a log is not signed, or (null) that it is again.';
