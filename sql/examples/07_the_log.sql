-- The log has no gap and every leaf is the hash of its event (RFC 6962: SHA-256 over a zero byte and the body).
select count(*) as events, min(v.number) as first, max(v.number) as last,
  count(*) filter (where v.leaf_hash = sha256('\x00'::bytea || convert_to(v.body, 'UTF8'))) as leaves_right
from ledger l
join event v on v.ledger_id = l.ledger_id
where l.name = 'corner-bank';

-- An event is readable as it stands: who, what, when, with what outcome.
select v.number, v.type, v.body::json ->> 'actor' as actor, v.body::json ->> 'client' as client, v.body::json ->> 'outcome' as outcome
from ledger l
join event v on v.ledger_id = l.ledger_id
where l.name = 'corner-bank'
order by v.number;
