-- Arrays and numbers as text, in the very form of ledger_append's p_rare: the MAC is over this form. Roles for ledgers stand in
-- it where there are some: rows of before there could be any stay what they were.
create or replace function bahi.operator_row(p_ledger integer, p_operator bigint, p_number bigint) returns json
language sql stable set search_path = bahi, pg_temp
return (
  select (jsonb_build_array(o.operator_id::text, o.number::text, o.name, o.role, o.status, encode(o.invitation_hash, 'hex'),
    bahi.to_micros(o.invitation_expires_at)::text, o.credential::text, encode(o.password_digest, 'hex'), encode(o.totp_digest, 'hex'),
    o.recovery_hashes, o.time_step::text, o.failures, o.session_ids::text[], o.session_hashes, o.session_starts::text[],
    o.session_ends::text[])
    || case when o.ledger_roles is null then '[]'::jsonb else jsonb_build_array(o.ledger_roles) end
    || jsonb_build_array(encode(o.mac, 'hex')))::json
  from bahi.operator o where o.ledger_id = p_ledger and o.operator_id = p_operator and o.number = p_number
);
comment on function bahi.operator_row is 'One version of an operator as the fold wrote it.';
