-- Roles of operators for single ledgers. A role holds for the installation (as every role did so far) or for one ledger.
--
-- A version without roles for ledgers says nothing of them: its row, its MAC and the link that covers it are what they were.

alter table bahi.operator alter column role drop not null;
alter table bahi.operator add column ledger_roles text[] collate "C"
  constraint ledger_roles_are_some check (cardinality(ledger_roles) > 0);
comment on column bahi.operator.role is 'For the installation, and so for every ledger; null: none.';
comment on column bahi.operator.ledger_roles is 'For single ledgers, each the number of a ledger, a colon and a role, in the order of these numbers; null: none.';
