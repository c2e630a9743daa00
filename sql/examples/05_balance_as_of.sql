-- A balance at any moment is the newest entry before it. Event 9 is the first salary; a time becomes a number by
-- event_number_at, since time never falls with the number.
select a.code, e.credits - e.debits as balance_after_event_9_minor
from ledger l
join account a on a.ledger_id = l.ledger_id and a.code in ('asha', 'bilal')
left join lateral (
  select n.debits, n.credits from entry n
  where n.ledger_id = a.ledger_id and n.account_id = a.account_id and n.position < (9 + 1) << 8
  order by n.position desc limit 1
) as e on true
where l.name = 'corner-bank'
order by a.code;
