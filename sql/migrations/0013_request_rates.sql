-- How many requests a key may send, and what is left of it.
--
-- The rate is part of a key for good, as its networks are: whoever wants another rotates the key. What is left is a token
-- bucket for each client, class of routes and rate: beside the log, unlogged, since a crash may well fill it. Servers take
-- requests out of it in lots, so that they need not ask for each.

alter table bahi.api_key add column rate text collate "C"
  constraint rate_is_requests_a_unit_of_time check (rate ~ '^(1000000|[1-9][0-9]{0,5})/[smhd]$');
comment on column bahi.api_key.rate is 'Requests that its client may send in a second, minute, hour or day, such as 100/s, for each class of routes; null: no limit.';

create unlogged table bahi.rate_bucket (
  ledger_id integer not null,
  client text collate "C" not null,
  class text collate "C" not null,
  rate text collate "C" not null,
  requests double precision not null,
  filled_at timestamptz not null,
  constraint rate_bucket_pkey primary key (ledger_id, client, class, rate)
) with (fillfactor = 50);
comment on table bahi.rate_bucket is 'Requests that the keys of a client with the same rate may still send to a class of routes. Beside the log: no money depends on it.';
comment on column bahi.rate_bucket.requests is 'What was left at filled_at; it fills up continuously, to one unit of time''s worth.';
