-- Four eyes: which actions need a second person, what was proposed, and what was decided about it.
--
-- All three are history, and each row ends with a MAC whose key is outside the database. What a proposal is about stands in its
-- event. A decision repeats the proposer, so that a constraint compares the two, and its primary key is the proposal's: the last
-- line behind the fold, which knows more (who made whose API key).

create table bahi.approval_policy (
  ledger_id integer not null,
  number bigint not null,
  expires_in_seconds integer not null,
  rules jsonb not null,
  mac bytea not null,
  constraint approval_policy_pkey primary key (ledger_id, number),
  constraint expiry_is_at_most_a_week check (expires_in_seconds between 60 and 604800),
  constraint rules_are_a_list check (jsonb_typeof(rules) = 'array'),
  constraint mac_is_a_sha256 check (length(mac) = 32)
);
comment on table bahi.approval_policy is 'Which actions of a ledger need a second person, by the event that said so; the newest one holds.';
comment on column bahi.approval_policy.expires_in_seconds is 'How long a proposal waits.';
comment on column bahi.approval_policy.rules is '[action, currency, least amount that needs none, minor units as text] each; the last two null where the action is not of amounts.';
comment on column bahi.approval_policy.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database.';
create trigger history_is_append_only before update or delete or truncate on bahi.approval_policy
  for each statement execute function bahi.refuse_change();

create table bahi.proposal (
  ledger_id integer not null,
  proposal_id bigint not null,
  action text collate "C" not null,
  proposer text collate "C" not null,
  proposer_client text collate "C" not null,
  expires_at timestamptz not null,
  hash bytea not null,
  mac bytea not null,
  constraint proposal_pkey primary key (ledger_id, proposal_id),
  constraint proposal_has_one_proposer unique (ledger_id, proposal_id, proposer, proposer_client),
  constraint hash_is_a_sha256 check (length(hash) = 32),
  constraint mac_is_a_sha256 check (length(mac) = 32)
);
comment on table bahi.proposal is 'What waits, or waited, for a second person. What it is stands in its event.';
comment on column bahi.proposal.proposal_id is 'Event that proposed it.';
comment on column bahi.proposal.action is 'For which action of the policy it needed a second person.';
comment on column bahi.proposal.proposer is 'API key or user at the shell, as the event names its actor.';
comment on column bahi.proposal.hash is 'SHA-256 of what is proposed (operation, path and payload), which an approval names.';
comment on column bahi.proposal.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database.';
create trigger history_is_append_only before update or delete or truncate on bahi.proposal
  for each statement execute function bahi.refuse_change();

create table bahi.proposal_decision (
  ledger_id integer not null,
  proposal_id bigint not null,
  number bigint not null,
  status text collate "C" not null,
  proposer text collate "C" not null,
  proposer_client text collate "C" not null,
  checker text collate "C" not null,
  checker_client text collate "C" not null,
  mac bytea not null,
  constraint proposal_decision_pkey primary key (ledger_id, proposal_id),
  constraint decision_is_of_one_event unique (ledger_id, number),
  constraint decision_is_of_the_proposal foreign key (ledger_id, proposal_id, proposer, proposer_client)
    references bahi.proposal (ledger_id, proposal_id, proposer, proposer_client),
  constraint decision_is_after_the_proposal check (number > proposal_id),
  constraint decision_is_known check (status in ('executed', 'execution_refused', 'rejected')),
  constraint checker_is_not_the_proposer check (status = 'rejected'
    or checker <> proposer and (checker_client <> proposer_client or checker_client = 'shell')),
  constraint mac_is_a_sha256 check (length(mac) = 32)
);
comment on table bahi.proposal_decision is 'What became of a proposal: at most one row each.';
comment on column bahi.proposal_decision.number is 'Event that decided it: of what was proposed, where it was approved.';
comment on column bahi.proposal_decision.proposer is 'As in proposal.';
comment on column bahi.proposal_decision.checker is 'Who approved or rejected it; only of a rejection the proposer.';
comment on column bahi.proposal_decision.checker_client is 'Client of the API key; shell for everybody at the shell, who are told apart by name.';
comment on column bahi.proposal_decision.mac is 'HMAC-SHA-256 over ledger and all the other columns under a key that is outside the database.';
create trigger history_is_append_only before update or delete or truncate on bahi.proposal_decision
  for each statement execute function bahi.refuse_change();
