create or replace function bahi.checkpoint_get(p_ledger integer) returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select json_build_object('size', c.size, 'root', encode(c.root, 'hex'), 'note', c.note, 'signed_at', bahi.to_micros(c.signed_at))
  from bahi.checkpoint c where c.ledger_id = p_ledger order by c.size desc limit 1
);
comment on function bahi.checkpoint_get is 'The newest checkpoint of a log; null where none was signed yet.';
