-- Counts of what the pages of the log reach only through the accounts and keys that a batch names: a row too many shows here.
create or replace function bahi.log_tally(p_ledger integer, p_number bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp set enable_seqscan = off
return (
  select json_build_object(
    'accounts', (select count(*) from bahi.account a where a.ledger_id = p_ledger and a.account_id <= p_number),
    'settings', (select count(*) from bahi.account_setting s where s.ledger_id = p_ledger and s.number <= p_number),
    'api_keys', (select count(*) from bahi.api_key k where k.ledger_id = p_ledger and k.key_id <= p_number),
    'revocations', (select count(*) from bahi.api_key_revocation r where r.ledger_id = p_ledger and r.number <= p_number),
    'holds', (select count(*) from bahi.hold h where h.ledger_id = p_ledger and h.number <= p_number),
    'ledgers', (select count(*) from bahi.ledger l where p_ledger = 0 and l.number <= p_number and l.ledger_id <> 0),
    'search', (select count(*) from bahi.transfer_search s where s.ledger_id = p_ledger and s.number <= p_number))
);
comment on function bahi.log_tally is 'Numbers of rows of each kind that events up to a number may have appended.';
