-- Operators named by number or by name; names begin with a letter, so the two never meet.
create or replace function bahi.operator_states(p_ledger integer, p_operators text[], p_number bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(bahi.operator_row(p_ledger, n.operator_id, n.number)), '[]')
  from (
    select u.ref::bigint as operator_id from unnest(p_operators) as u (ref) where u.ref ~ '^[0-9]+$'
    union
    select o.operator_id from bahi.operator o
    where o.ledger_id = p_ledger and o.name = any (p_operators) and o.number = o.operator_id
  ) as wanted
  cross join lateral (
    select o.operator_id, o.number from bahi.operator o
    where o.ledger_id = p_ledger and o.operator_id = wanted.operator_id and o.number <= p_number
    order by o.number desc limit 1
  ) as n
);
comment on function bahi.operator_states is 'Operators named by number or by name as they stood after an event.';
