create or replace function bahi.hold_states_at(p_ledger integer, p_holds bigint[], p_number bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp
return json_build_object(
  'holds', bahi.hold_states(p_ledger, p_holds, p_number), 'schedules', bahi.schedule_states(p_ledger, p_holds, p_number), 'not_held', bahi.transfers_not_held(p_ledger, p_holds, p_number));
comment on function bahi.hold_states_at is 'Holds and scheduled transfers as they stood after an event, and those of the numbers that are other transfers.';
