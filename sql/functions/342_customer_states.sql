create or replace function bahi.customer_states(p_ledger integer, p_owners uuid[], p_number bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(bahi.customer_row(p_ledger, n.customer_id, n.number)), '[]')
  from bahi.customer f
  cross join lateral (
    select c.customer_id, c.number from bahi.customer c
    where c.ledger_id = p_ledger and c.customer_id = f.customer_id and c.number <= p_number
    order by c.number desc limit 1
  ) as n
  where f.ledger_id = p_ledger and f.owner = any (p_owners) and f.number = f.customer_id
);
comment on function bahi.customer_states is 'Customers as they stood after an event; whoever was not known by then is left out.';
