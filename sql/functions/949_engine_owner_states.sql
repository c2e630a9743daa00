-- Owners as the fold must know them where pools are concerned: their pools after an event, and of each currency so many of their
-- accounts as show that they are more than a pool takes in (500): a customer with a hundred thousand accounts must not
-- have all of them read in the line of a ledger, only to be refused.
create or replace function bahi.owner_states(p_ledger integer, p_owners uuid[], p_number bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(u.owner, a.accounts, p.pools)), '[]')
    from unnest(p_owners) as u (owner)
    cross join lateral (
      select coalesce(json_agg(json_build_array(o.account_id, o.currency) order by o.account_id), '[]') as accounts from (
        select n.account_id, n.currency, row_number() over (partition by n.currency order by n.account_id) as place from account n
        where n.ledger_id = p_ledger and n.owner = u.owner and n.account_id <= p_number
      ) as o
      where o.place <= 501
    ) as a
    cross join lateral (
      select coalesce(json_agg(json_build_array(n.pool_id, n.currency) order by n.pool_id), '[]') as pools from pool n
      where n.ledger_id = p_ledger and n.owner = u.owner and n.number = n.pool_id and n.pool_id <= p_number
    ) as p
  );
end $$;
comment on function bahi.owner_states is 'Owners with the numbers and currencies of their accounts (of each currency the first 501) and of their pools, after an event.';
