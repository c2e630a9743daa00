-- A page of accounts by the number of their creation: one index range, then the states of those accounts.
-- The text of the statement is put together from constants of this file; values are parameters.
create or replace function bahi.account_list(
  p_ledger integer, p_code text, p_owner uuid, p_beyond bigint, p_descending boolean, p_limit integer
) returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
  v_accounts bigint[];
begin
  execute 'select array(select a.account_id from account a where a.ledger_id = $1'
    || case when p_code is not null then ' and a.code = $2' else '' end
    || case when p_owner is not null then ' and a.owner = $3' else '' end
    || case when p_beyond is null then '' when p_descending then ' and a.account_id < $4' else ' and a.account_id > $4' end
    || ' order by a.account_id' || case when p_descending then ' desc' else '' end || ' limit $5)'
    into v_accounts using p_ledger, p_code, p_owner, p_beyond, p_limit;
  return account_states(p_ledger, v_accounts, '{}');
end $$;
comment on function bahi.account_list is 'Accounts beyond a number in one direction, by code and owner where given; as account_states writes them, in no order.';
