create or replace function bahi.operator_session_seen(p_session bigint, p_minute bigint) returns bigint
language sql volatile security definer set search_path = bahi, pg_temp
begin atomic
  insert into bahi.operator_session_use (session_id, minute) values (p_session, p_minute)
  on conflict (session_id) do update set minute = excluded.minute where excluded.minute > operator_session_use.minute;
  select p_minute;
end;
comment on function bahi.operator_session_seen is 'Notes that a session was used in this minute since 1970; one before the newest that is noted changes nothing.';
