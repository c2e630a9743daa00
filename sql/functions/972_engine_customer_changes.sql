-- Events that changed customers, or one of them, above p_after, by number in one direction: one range of an index and one seek an event.
create or replace function bahi.customer_changes(
  p_ledger integer, p_owner uuid, p_after bigint, p_beyond bigint, p_descending boolean, p_limit integer
) returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_customer bigint := (select c.customer_id from customer c where c.ledger_id = p_ledger and c.owner = p_owner and c.number = c.customer_id);
  v_from constant bigint := greatest(p_after, case when p_descending then 0 else coalesce(p_beyond, 0) end);
  v_to constant bigint := case when p_descending then coalesce(p_beyond, 9223372036854775807) else 9223372036854775807 end;
  v_numbers bigint[];
begin
  if p_owner is null and p_descending then
    v_numbers := array(select c.number from customer c
      where c.ledger_id = p_ledger and c.number > v_from and c.number < v_to order by c.number desc limit p_limit);
  elsif p_owner is null then
    v_numbers := array(select c.number from customer c
      where c.ledger_id = p_ledger and c.number > v_from and c.number < v_to order by c.number limit p_limit);
  elsif p_descending then
    v_numbers := array(select c.number from customer c
      where c.ledger_id = p_ledger and c.customer_id = v_customer and c.number > v_from and c.number < v_to order by c.number desc limit p_limit);
  else
    v_numbers := array(select c.number from customer c
      where c.ledger_id = p_ledger and c.customer_id = v_customer and c.number > v_from and c.number < v_to order by c.number limit p_limit);
  end if;
  return (
    select coalesce(json_agg(json_build_array(u.number, c.owner, e.body) order by u.place), '[]')
    from unnest(v_numbers) with ordinality as u (number, place)
    cross join lateral (select n.owner from customer n where n.ledger_id = p_ledger and n.number = u.number order by n.number limit 1) as c
    cross join lateral (select v.body from event v where v.ledger_id = p_ledger and v.number = u.number order by v.number limit 1) as e
  );
end $$;
comment on function bahi.customer_changes is 'Events that changed customers, with whom each is about.';
