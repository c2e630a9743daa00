-- Customers stop their payments themselves, and wait where more may leave than before.
--
-- Both are in the versions of a customer, which the MAC of the row covers: null where the customer never did, which is what all rows
-- so far have. A server of the version before knows of no stop: customers stop when all servers are of this one.

alter table bahi.customer
  add column stopped boolean,
  add column switched bigint,
  add column switched_at timestamptz,
  add column waits_until timestamptz,
  add constraint switch_is_whole check ((stopped is null) = (switched is null) and (stopped is null) = (switched_at is null)),
  add constraint switch_is_not_to_come check (switched <= number);
comment on column bahi.customer.stopped is 'Whether the customer has stopped all payments from accounts that it owns; null: never.';
comment on column bahi.customer.switched is 'Event that stopped them or let them go on last.';
comment on column bahi.customer.switched_at is 'When that was.';
comment on column bahi.customer.waits_until is 'Before it the customer authorises nothing: payments went on again, or a cap of an account was raised; null: nothing made the customer wait.';
comment on column bahi.customer.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database; over the switch and the wait where there is one of them.';
-- Who has stopped is held in memory: read at the start, and what others switched since.
create index customer_switch on bahi.customer (ledger_id, number) where switched = number;
-- What became of customers, in the order of the log.
create index customer_change on bahi.customer (ledger_id, number);
