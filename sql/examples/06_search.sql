-- Transfers by reference and by metadata.
select s.field, s.value, s.number, coalesce(v.code, 'posted') as outcome
from ledger l
join transfer_search s on s.ledger_id = l.ledger_id
join event v on v.ledger_id = s.ledger_id and v.number = s.number
where l.name = 'corner-bank' and s.field in ('reference', 'metadata.branch')
order by s.field, s.value, s.number;
