-- Over the posting connection, as ledger_customers.
create or replace function bahi.ledger_switches(p_ledger integer, p_after bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_head record;
begin
  select b.last_number, b.link into v_head from batch b where b.ledger_id = p_ledger order by b.last_number desc limit 1;
  return json_build_object(
    'head', coalesce(v_head.last_number, 0), 'link', coalesce(encode(v_head.link, 'hex'), ''),
    'customers', customer_switches(p_ledger, p_after, coalesce(v_head.last_number, 0)));
end $$;
comment on function bahi.ledger_switches is 'Head and link of a log with the customers whose payments were stopped or let go on after an event.';
