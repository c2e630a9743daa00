-- The statement of one account: every change with the balance after it, in the order of the log. A refused transfer that
-- would have debited the account stands in it with the amount zero.
select n.position >> 8 as event, n.position & 255 as leg, n.amount as amount_minor, n.credits - n.debits as balance_minor,
  n.refused_count, v.code as refusal, v.body::json -> 'data' ->> 'reference' as reference
from ledger l
join account a on a.ledger_id = l.ledger_id and a.code = 'asha'
join entry n on n.ledger_id = l.ledger_id and n.account_id = a.account_id
join event v on v.ledger_id = l.ledger_id and v.number = n.position >> 8
where l.name = 'corner-bank'
order by n.position;
