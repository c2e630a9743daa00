-- What everybody has now: the newest entry of an account is its balance. One index seek an account, whatever its history.
select a.code, a.kind, a.currency,
  case when a.kind in ('asset', 'expense') then 1 else -1 end * (coalesce(e.debits, 0) - coalesce(e.credits, 0)) as balance_minor,
  s.floor as floor_minor, s.debits_frozen
from ledger l
join account a on a.ledger_id = l.ledger_id
cross join lateral (
  select n.floor, n.debits_frozen from account_setting n
  where n.ledger_id = a.ledger_id and n.account_id = a.account_id order by n.number desc limit 1
) as s
left join lateral (
  select n.debits, n.credits from entry n
  where n.ledger_id = a.ledger_id and n.account_id = a.account_id order by n.position desc limit 1
) as e on true
where l.name = 'corner-bank'
order by a.account_id;
