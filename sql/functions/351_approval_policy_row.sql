-- Arrays and numbers in the very form of ledger_append's p_rare: the MAC is over this form.
create or replace function bahi.approval_policy_row(p_ledger integer, p_number bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select json_build_array(p.number::text, p.expires_in_seconds, p.rules, encode(p.mac, 'hex'))
  from bahi.approval_policy p where p.ledger_id = p_ledger and p.number = p_number
);
comment on function bahi.approval_policy_row is 'One policy as the fold wrote it.';
