create or replace function bahi.account_append(p_ledger integer, p_accounts jsonb, p_settings jsonb) returns void
language plpgsql volatile set search_path = bahi, pg_temp as $$
begin
  insert into account (ledger_id, account_id, code, kind, currency, owner)
  select p_ledger, (a ->> 0)::bigint, a ->> 1, a ->> 2, a ->> 3, (a ->> 4)::uuid
  from jsonb_array_elements(p_accounts) as a;
  insert into account_setting (ledger_id, account_id, number, floor, ceiling, debits_frozen, credits_frozen, closed)
  select p_ledger, (s ->> 0)::bigint, (s ->> 1)::bigint, (s ->> 2)::bigint, (s ->> 3)::bigint,
    (s ->> 4)::boolean, (s ->> 5)::boolean, (s ->> 6)::boolean
  from jsonb_array_elements(p_settings) as s;
end $$;
comment on function bahi.account_append is 'Inserts new accounts and new versions of account settings.';
