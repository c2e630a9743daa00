create or replace function bahi.account_get(p_ledger integer, p_account bigint, p_code text) returns json
language sql stable security definer set search_path = bahi, pg_temp
return account_states(p_ledger, array_remove(array[p_account], null), array_remove(array[p_code], null)) -> 0;
comment on function bahi.account_get is 'One account by id or by code, as account_states writes it; null where there is none.';
