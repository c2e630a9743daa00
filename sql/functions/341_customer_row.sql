-- Arrays and numbers in the very form of ledger_append's p_rare: the MAC is over this form. The fourth part, switch and wait, came later:
-- where there is none, the row is what it was before.
create or replace function bahi.customer_row(p_ledger integer, p_customer bigint, p_number bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select case when num_nonnulls(c.stopped, c.switched, c.switched_at, c.waits_until) = 0
    then json_build_array(c.customer_id::text, c.number::text, c.owner, c.recovery_hashes, c.factors, encode(c.mac, 'hex'))
    else json_build_array(c.customer_id::text, c.number::text, c.owner, c.recovery_hashes, c.factors,
      json_build_array(c.stopped, c.switched::text, bahi.to_micros(c.switched_at)::text, bahi.to_micros(c.waits_until)::text), encode(c.mac, 'hex')) end
  from bahi.customer c where c.ledger_id = p_ledger and c.customer_id = p_customer and c.number = p_number
);
comment on function bahi.customer_row is 'One version of a customer as the fold wrote it.';
