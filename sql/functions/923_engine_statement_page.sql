-- A page of a statement: one range of the entry index up to event p_last, and of each entry's event the time, the reference
-- and the leg that it is a side of.
create or replace function bahi.statement_page(p_ledger integer, p_account bigint, p_after bigint, p_last bigint, p_limit integer)
returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off set jit = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(n.position, to_micros(v.at), n.amount::text, n.debits::text, n.credits::text,
      n.held_debits::text, n.held_credits::text, n.debit_count, n.credit_count, n.refused_count, n.version,
      v.type, v.code, v.data ->> 'reference', v.data #> array['legs', (n.position & 255)::text]) order by n.position), '[]')
    from (
      select e.position, e.amount, e.debits, e.credits, e.held_debits, e.held_credits,
        e.debit_count, e.credit_count, e.refused_count, e.version
      from entry e where e.ledger_id = p_ledger and e.account_id = p_account
        and e.position > p_after and e.position < (p_last + 1) << 8
      order by e.position limit p_limit
    ) as n
    cross join lateral (select t.at, t.type, t.code, t.body::json -> 'data' as data from event t where t.ledger_id = p_ledger
      and t.number between n.position >> 8 and n.position >> 8 order by t.number limit 1) as v
  );
end $$;
comment on function bahi.statement_page is 'Entries of an account after a position up to an event, in order, an array each with the time, the reference and the leg of its transfer.';
