-- Each currency sums to zero: debits and credits over the newest entries of all accounts.
select a.currency, sum(e.debits) as debits_minor, sum(e.credits) as credits_minor, sum(e.debits - e.credits) as difference_minor
from ledger l
join account a on a.ledger_id = l.ledger_id
cross join lateral (
  select n.debits, n.credits from entry n
  where n.ledger_id = a.ledger_id and n.account_id = a.account_id order by n.position desc limit 1
) as e
where l.name = 'corner-bank'
group by a.currency
order by a.currency;

-- And by kind of account, on the side where each grows.
select a.currency, a.kind, sum(case when a.kind in ('asset', 'expense') then e.debits - e.credits else e.credits - e.debits end) as balance_minor
from ledger l
join account a on a.ledger_id = l.ledger_id
cross join lateral (
  select n.debits, n.credits from entry n
  where n.ledger_id = a.ledger_id and n.account_id = a.account_id order by n.position desc limit 1
) as e
where l.name = 'corner-bank'
group by a.currency, a.kind
order by a.currency, a.kind;
