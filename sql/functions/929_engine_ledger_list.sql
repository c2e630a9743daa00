create or replace function bahi.ledger_list() returns json
language sql stable security definer set search_path = bahi, pg_temp
return (select coalesce(json_agg(json_build_object('ledger_id', l.ledger_id, 'name', l.name, 'sandbox', l.sandbox,
    'created_at', bahi.to_micros(coalesce(e.at, l.created_at))) order by l.number), '[]')
  from bahi.ledger l left join bahi.event e on e.ledger_id = 0 and e.number = l.number where l.ledger_id > 0);
comment on function bahi.ledger_list is 'All ledgers in the order of their creation, with the time of the event that created each; the installation''s own log is none of them.';
