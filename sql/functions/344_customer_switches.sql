-- Whose payments were stopped or let go on after p_after and up to p_number, each customer as the newest such event left it. Also those
-- that go on: which they are the MAC of the row decides and not what stands in a column.
create or replace function bahi.customer_switches(p_ledger integer, p_after bigint, p_number bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(bahi.customer_row(p_ledger, n.customer_id, n.number)), '[]') from (
    select distinct on (c.customer_id) c.customer_id, c.number from bahi.customer c
    where c.ledger_id = p_ledger and c.switched = c.number and c.number > p_after and c.number <= p_number
    order by c.customer_id, c.number desc
  ) as n
);
comment on function bahi.customer_switches is 'Customers whose payments were stopped or let go on between two events, as rows.';
