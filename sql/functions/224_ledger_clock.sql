create or replace function bahi.ledger_clock(p_ledger integer) returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select json_build_object('now', bahi.to_micros(clock_timestamp()) + bahi.sandbox_ahead(p_ledger), 'ahead', bahi.sandbox_ahead(p_ledger))
  from bahi.ledger l where l.ledger_id = p_ledger and l.sandbox
);
comment on function bahi.ledger_clock is 'Where the clock of a sandbox ledger stands, and how far ahead; null for a live one.';
