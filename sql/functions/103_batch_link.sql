create or replace function bahi.batch_link(p_ledger integer, p_last bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select json_build_array(encode(b.link, 'hex'), bahi.to_micros(b.at)) from bahi.batch b where b.ledger_id = p_ledger and b.last_number = p_last
);
comment on function bahi.batch_link is 'Link and time of the batch that ends at a number; null where none does.';
