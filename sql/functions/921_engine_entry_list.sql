-- A page of an account's entries: one range of the entry index, and what each is, and when, from its event. Bounds of
-- time become bounds of the position first.
create or replace function bahi.entry_list(
  p_ledger integer, p_account bigint, p_from_micros bigint, p_to_micros bigint, p_beyond bigint, p_descending boolean, p_limit integer
) returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off set jit = off as $$
declare
  v_direction text := case when p_descending then ' desc' else '' end;
  v_above bigint := case when p_from_micros is not null then (event_number_at(p_ledger, from_micros(p_from_micros)) << 8) - 1 end;
  v_below bigint := case when p_to_micros is not null then event_number_at(p_ledger, from_micros(p_to_micros)) << 8 end;
  v_rows json;
begin
  if p_beyond is not null and p_descending then
    v_below := least(v_below, p_beyond);
  elsif p_beyond is not null then
    v_above := greatest(v_above, p_beyond);
  end if;
  execute 'select coalesce(json_agg(json_build_array(n.position, to_micros(v.at), n.amount::text, n.debits::text, n.credits::text,
      n.held_debits::text, n.held_credits::text, n.debit_count, n.credit_count, n.refused_count, n.version, v.type, v.code)
      order by n.position' || v_direction || '), ''[]'')
    from (
      select e.position, e.amount, e.debits, e.credits, e.held_debits, e.held_credits,
        e.debit_count, e.credit_count, e.refused_count, e.version
      from entry e where e.ledger_id = $1 and e.account_id = $2'
    || case when v_above is null then '' else ' and e.position > $3' end
    || case when v_below is null then '' else ' and e.position < $4' end
    || ' order by e.position' || v_direction || ' limit $5
    ) as n
    cross join lateral (select t.at, t.type, t.code from event t where t.ledger_id = $1
      and t.number between n.position >> 8 and n.position >> 8 order by t.number limit 1) as v'
    into v_rows using p_ledger, p_account, v_above, v_below, p_limit;
  return v_rows;
end $$;
comment on function bahi.entry_list is 'Entries of an account in a time, beyond a position in one direction, in order, an array each with time, type and code of its event.';
