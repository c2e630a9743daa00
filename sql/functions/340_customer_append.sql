-- New versions of customers, each a row in the order of the fold. The second assertion of what was decided in memory: a version
-- continues its customer, no factor skips a state or goes back, no time step is used again, no recovery code comes back but all
-- together, with a factor that is confirmed; a switch is of its own event or stays what it was, and a wait never gets shorter.
create or replace function bahi.customer_append(p_ledger integer, p_customers jsonb) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_row jsonb;
  v_guard jsonb;
  v_new record;
  v_old record;
begin
  for v_row in select c from jsonb_array_elements(p_customers) as c loop
    v_guard := case when jsonb_array_length(v_row) > 6 then v_row -> 5 else '[]' end;
    select v.owner, v.recovery_hashes, v.factors, v.stopped, v.switched, v.waits_until into v_old from customer v
    where v.ledger_id = p_ledger and v.customer_id = (v_row ->> 0)::bigint order by v.number desc limit 1;
    insert into customer (ledger_id, customer_id, number, owner, recovery_hashes, factors, stopped, switched, switched_at, waits_until, mac)
    values (p_ledger, (v_row ->> 0)::bigint, (v_row ->> 1)::bigint, (v_row ->> 2)::uuid,
      array(select jsonb_array_elements_text(v_row -> 3)), v_row -> 4, (v_guard ->> 0)::boolean, (v_guard ->> 1)::bigint,
      from_micros((v_guard ->> 2)::bigint), from_micros((v_guard ->> 3)::bigint), decode(v_row ->> -1, 'hex'))
    returning customer_id, number, owner, recovery_hashes, factors, stopped, switched, waits_until into v_new;
    if (case when v_new.number = v_new.customer_id then v_old.owner is not null
      else v_old.owner is distinct from v_new.owner end)
      or v_new.switched is distinct from v_old.switched and v_new.switched is distinct from v_new.number
      or v_new.switched is not distinct from v_old.switched and v_new.stopped is distinct from v_old.stopped
      or v_old.waits_until is not null and (v_new.waits_until is null or v_new.waits_until < v_old.waits_until)
      or not v_new.recovery_hashes <@ coalesce(v_old.recovery_hashes, '{}') and not exists (
        select from jsonb_array_elements(v_new.factors) as n (f)
        where n.f ->> 3 = 'active' and not exists (
          select from jsonb_array_elements(v_old.factors) as o (f) where o.f ->> 0 = n.f ->> 0 and o.f ->> 3 = 'active'))
      or exists (
        select from jsonb_array_elements(v_new.factors) as n (f)
        left join jsonb_array_elements(coalesce(v_old.factors, '[]')) as o (f) on o.f ->> 0 = n.f ->> 0
        where case when o.f is null then n.f ->> 0 <> v_new.number::text or n.f ->> 3 <> 'pending'
          else (n.f ->> 1, n.f ->> 4, n.f ->> 5) is distinct from (o.f ->> 1, o.f ->> 4, o.f ->> 5)
            or (n.f ->> 11)::bigint < (o.f ->> 11)::bigint
            or n.f ->> 10 is distinct from o.f ->> 10 and (n.f ->> 11)::bigint = (o.f ->> 11)::bigint
            or array_position('{pending,active,removed}'::text[], n.f ->> 3) < array_position('{pending,active,removed}'::text[], o.f ->> 3)
            or o.f ->> 9 is not null and n.f ->> 9 is distinct from o.f ->> 9
          end
          or not exists (select from sealed_secret s where s.digest = decode(n.f ->> 4, 'hex')))
    then
      raise exception 'a version does not continue customer %', v_new.customer_id using errcode = 'data_corrupted';
    end if;
  end loop;
end $$;
comment on function bahi.customer_append is 'Inserts versions of customers; fails with data_corrupted where one does not continue its customer.';
