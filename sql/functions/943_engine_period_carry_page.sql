-- What is carried forward next, of the newest close of a ledger: of the next accounts those whose balance before the close is
-- another than the one that they were carried forward with before. Null where nothing is left to carry. Takes no lock:
-- what counts before a close does not change any more, whatever is posted meanwhile.
create or replace function bahi.period_carry_page(p_ledger integer, p_accounts integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare
  v_books json := books_get(p_ledger);
  v_period bigint := (v_books ->> 0)::bigint;
  v_after bigint := (v_books ->> 2)::bigint;
  v_looked bigint[];
begin
  if v_period is null or (v_books ->> 4)::boolean then
    return null;
  end if;
  v_looked := array(select a.account_id from account a
    where a.ledger_id = p_ledger and a.account_id > v_after and a.account_id < v_period order by a.account_id limit p_accounts);
  return json_build_object(
    'period', v_period, 'after', v_after, 'last', cardinality(v_looked) < p_accounts,
    'up_to', coalesce(v_looked[cardinality(v_looked)], v_after),
    'rows', (select coalesce(json_agg(json_build_array(t.account_id::text, t.debits::text, t.credits::text) order by t.account_id), '[]')
      from closing_totals(p_ledger, v_period, v_looked) as t
      left join lateral (
        select c.debits, c.credits from carried_balance c
        where c.ledger_id = p_ledger and c.account_id = t.account_id and c.period_number < v_period
        order by c.period_number desc limit 1
      ) as c on true
      where t.debits <> coalesce(c.debits, 0) or t.credits <> coalesce(c.credits, 0)));
end $$;
comment on function bahi.period_carry_page is 'The next accounts that the newest close of a ledger carries forward, with their balances; null where nothing is left.';
