-- New versions of operators, each a row in the order of the fold. The second assertion of what was decided in memory: a
-- version continues one that is not disabled, keeps the name, gives back no time step, no recovery code
-- but with new factors, and attempts all at once or not at all.
create or replace function bahi.operator_append(p_ledger integer, p_operators jsonb) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_row jsonb;
  v_new record;
  v_old record;
begin
  for v_row in select o from jsonb_array_elements(p_operators) as o loop
    select v.status, v.name, v.time_step, v.recovery_hashes, v.failures, v.credential into v_old from operator v
    where v.ledger_id = p_ledger and v.operator_id = (v_row ->> 0)::bigint order by v.number desc limit 1;
    insert into operator (ledger_id, operator_id, number, name, role, status, invitation_hash, invitation_expires_at, credential,
      password_digest, totp_digest, recovery_hashes, time_step, failures, session_ids, session_hashes, session_starts, session_ends, ledger_roles, mac)
    values (p_ledger, (v_row ->> 0)::bigint, (v_row ->> 1)::bigint, v_row ->> 2, v_row ->> 3, v_row ->> 4,
      decode(v_row ->> 5, 'hex'), from_micros((v_row ->> 6)::bigint), (v_row ->> 7)::bigint,
      decode(v_row ->> 8, 'hex'), decode(v_row ->> 9, 'hex'), array(select jsonb_array_elements_text(v_row -> 10)),
      (v_row ->> 11)::bigint, (v_row ->> 12)::integer, array(select jsonb_array_elements_text(v_row -> 13)::bigint),
      array(select jsonb_array_elements_text(v_row -> 14)), array(select jsonb_array_elements_text(v_row -> 15)::bigint),
      array(select jsonb_array_elements_text(v_row -> 16)::bigint), 
      case when jsonb_array_length(v_row) > 18 then array(select jsonb_array_elements_text(v_row -> 17)) end, decode(v_row ->> -1, 'hex'))
    returning operator_id, number, name, time_step, recovery_hashes, failures, credential, status into v_new;
    if (case when v_new.number = v_new.operator_id then v_old.status is not null
      else v_old.status is null or v_old.status = 'disabled' and v_new.status <> 'disabled'
        or v_new.name <> v_old.name
        or v_new.time_step < v_old.time_step
        or v_new.failures not in (0, v_old.failures, v_old.failures + 1)
        or v_new.credential is distinct from v_old.credential and v_new.credential is distinct from v_new.number
        or v_old.status = 'enrolled' and v_new.credential = v_old.credential and not v_new.recovery_hashes <@ v_old.recovery_hashes end) then
      raise exception 'a version does not continue operator %', v_new.operator_id using errcode = 'data_corrupted';
    end if;
  end loop;
end $$;
comment on function bahi.operator_append is 'Inserts versions of operators; fails with data_corrupted where one does not continue its operator.';
