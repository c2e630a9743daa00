-- Arrays and numbers in the very form of ledger_append's p_rare: the MAC is over this form.
create or replace function bahi.customer_row(p_ledger integer, p_customer bigint, p_number bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select json_build_array(c.customer_id::text, c.number::text, c.owner, c.recovery_hashes, c.factors, encode(c.mac, 'hex'))
  from bahi.customer c where c.ledger_id = p_ledger and c.customer_id = p_customer and c.number = p_number
);
comment on function bahi.customer_row is 'One version of a customer as the fold wrote it.';
