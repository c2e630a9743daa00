-- Refusals are events like others, final for their key: an index of their own finds them.
select v.number, v.type, v.code, v.body::json ->> 'leg' as leg, v.body::json ->> 'idempotency_key' as idempotency_key,
  v.body::json #>> '{data,legs,0,amount}' as amount_of_first_leg
from ledger l
join event v on v.ledger_id = l.ledger_id and v.code is not null
where l.name = 'corner-bank'
order by v.number;
