-- New accounts and new versions of settings. A version repeats what never changes about its account, from the account's
-- own row, so that account_states finds all of it under one index key.
-- Plans are forced: an account's row is one seek by its number, whatever the statistics say.
create or replace function bahi.account_append(p_ledger integer, p_accounts jsonb, p_settings jsonb) returns void
language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_rows integer;
begin
  insert into account (ledger_id, account_id, code, kind, currency, owner)
  select p_ledger, (a ->> 0)::bigint, a ->> 1, a ->> 2, a ->> 3, (a ->> 4)::uuid
  from jsonb_array_elements(p_accounts) as a;
  insert into account_setting (ledger_id, account_id, number, code, kind, currency, owner,
    floor, ceiling, debits_frozen, credits_frozen, closed, over_capture_bps, limits, step_up_above, pools)
  select p_ledger, a.account_id, (s ->> 1)::bigint, a.code, a.kind, a.currency, a.owner,
    (s ->> 2)::bigint, (s ->> 3)::bigint, (s ->> 4)::boolean, (s ->> 5)::boolean, (s ->> 6)::boolean, (s ->> 7)::integer, nullif(s -> 8, 'null'), (s ->> 9)::bigint, (s ->> 10)::bigint[]
  from jsonb_array_elements(p_settings) as s
  cross join lateral (
    select n.account_id, n.code, n.kind, n.currency, n.owner from account n
    where n.ledger_id = p_ledger and n.account_id between (s ->> 0)::bigint and (s ->> 0)::bigint order by n.account_id limit 1
  ) as a;
  get diagnostics v_rows = row_count;
  if v_rows <> jsonb_array_length(p_settings) then
    raise exception 'settings of an account that does not exist' using errcode = 'data_corrupted';
  end if;
end $$;
comment on function bahi.account_append is 'Inserts new accounts and new versions of account settings; fails with data_corrupted where settings have no account.';
