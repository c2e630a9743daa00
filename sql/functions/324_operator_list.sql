create or replace function bahi.operator_list() returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(bahi.operator_row(0, n.operator_id, n.number) order by n.operator_id), '[]')
  from (select o.operator_id, max(o.number) as number from bahi.operator o where o.ledger_id = 0 group by o.operator_id) as n
);
comment on function bahi.operator_list is 'The newest version of every operator, the disabled ones included.';
