-- Counts of what the pages of the log reach only through the accounts and keys that a batch names: a row too many shows here.
-- A row of a number that no batch has reached shows as well: the newest batch is read in the same snapshot.
create or replace function bahi.log_tally(p_ledger integer, p_number bigint) returns json
language sql stable security definer set search_path = bahi, pg_temp set enable_seqscan = off
return (
  with newest as materialized (select coalesce(max(b.last_number), 0) as number from bahi.batch b where b.ledger_id = p_ledger)
  select json_build_object(
    'batches', (select json_build_array(count(*), null) from bahi.batch b where b.ledger_id = p_ledger and b.last_number <= p_number),
    'accounts', (select json_build_array(count(*) filter (where a.account_id <= p_number), min(a.account_id) filter (where a.account_id > n.number)) from bahi.account a cross join newest n where a.ledger_id = p_ledger),
    'settings', (select json_build_array(count(*) filter (where s.number <= p_number), min(s.number) filter (where s.number > n.number)) from bahi.account_setting s cross join newest n where s.ledger_id = p_ledger),
    'api_keys', (select json_build_array(count(*) filter (where k.key_id <= p_number), min(k.key_id) filter (where k.key_id > n.number)) from bahi.api_key k cross join newest n where k.ledger_id = p_ledger),
    'api_key_macs', (select json_build_array(count(*) filter (where m.key_id <= p_number), min(m.key_id) filter (where m.key_id > n.number)) from bahi.api_key_mac m cross join newest n where m.ledger_id = p_ledger),
    'revocations', (select json_build_array(count(*) filter (where r.number <= p_number), min(r.number) filter (where r.number > n.number)) from bahi.api_key_revocation r cross join newest n where r.ledger_id = p_ledger),
    'rotations', (select json_build_array(count(*) filter (where t.number <= p_number), min(t.number) filter (where t.number > n.number)) from bahi.api_key_rotation t cross join newest n where t.ledger_id = p_ledger),
    'holds', (select json_build_array(count(*) filter (where h.number <= p_number), min(h.number) filter (where h.number > n.number)) from bahi.hold h cross join newest n where h.ledger_id = p_ledger),
    'clock', (select json_build_array(count(*) filter (where c.number <= p_number), min(c.number) filter (where c.number > n.number)) from bahi.sandbox_clock c cross join newest n where c.ledger_id = p_ledger),
    'reversals', (select json_build_array(count(*) filter (where r.number <= p_number), min(r.number) filter (where r.number > n.number)) from bahi.reversal r cross join newest n where r.ledger_id = p_ledger),
    'effective', (select json_build_array(count(*) filter (where x.position >> 8 <= p_number), min(x.position >> 8) filter (where x.position >> 8 > n.number)) from bahi.entry_effective x cross join newest n where x.ledger_id = p_ledger),
    'limit_marks', (select json_build_array(count(*) filter (where m.number <= p_number), min(m.number) filter (where m.number > n.number)) from bahi.limit_mark m cross join newest n where m.ledger_id = p_ledger),
    'schedules', (select json_build_array(count(*) filter (where s.number <= p_number), min(s.number) filter (where s.number > n.number)) from bahi.schedule s cross join newest n where s.ledger_id = p_ledger),
    'periods', (select json_build_array(count(*) filter (where p.number <= p_number), min(p.number) filter (where p.number > n.number)) from bahi.period p cross join newest n where p.ledger_id = p_ledger),
    'progress', (select json_build_array(count(*) filter (where g.number <= p_number), min(g.number) filter (where g.number > n.number)) from bahi.period_progress g cross join newest n where g.ledger_id = p_ledger),
    'carried', (select json_build_array(count(*) filter (where c.number <= p_number), min(c.number) filter (where c.number > n.number)) from bahi.carried_balance c cross join newest n where c.ledger_id = p_ledger),
    'pools', (select json_build_array(count(*) filter (where p.number <= p_number), min(p.number) filter (where p.number > n.number)) from bahi.pool p cross join newest n where p.ledger_id = p_ledger),
    'pool_totals', (select json_build_array(count(*) filter (where t.number <= p_number), min(t.number) filter (where t.number > n.number)) from bahi.pool_total t cross join newest n where t.ledger_id = p_ledger),
    'operators', (select json_build_array(count(*) filter (where o.number <= p_number), min(o.number) filter (where o.number > n.number)) from bahi.operator o cross join newest n where o.ledger_id = p_ledger),
    'customers', (select json_build_array(count(*) filter (where c.number <= p_number), min(c.number) filter (where c.number > n.number)) from bahi.customer c cross join newest n where c.ledger_id = p_ledger),
    'policies', (select json_build_array(count(*) filter (where p.number <= p_number), min(p.number) filter (where p.number > n.number)) from bahi.approval_policy p cross join newest n where p.ledger_id = p_ledger),
    'proposals', (select json_build_array(count(*) filter (where p.proposal_id <= p_number), min(p.proposal_id) filter (where p.proposal_id > n.number)) from bahi.proposal p cross join newest n where p.ledger_id = p_ledger),
    'proposal_decisions', (select json_build_array(count(*) filter (where d.number <= p_number), min(d.number) filter (where d.number > n.number)) from bahi.proposal_decision d cross join newest n where d.ledger_id = p_ledger),
    'ledgers', (select json_build_array(count(*) filter (where l.number <= p_number), min(l.number) filter (where l.number > n.number)) from bahi.ledger l cross join newest n where p_ledger = 0 and l.ledger_id <> 0),
    'search', (select json_build_array(count(*) filter (where s.number <= p_number), min(s.number) filter (where s.number > n.number)) from bahi.transfer_search s cross join newest n where s.ledger_id = p_ledger))
);
comment on function bahi.log_tally is 'For each kind of row: how many events up to a number may have appended, and the first number beyond the newest batch at which one stands.';
