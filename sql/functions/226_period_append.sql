-- The second assertion of what the fold decided: a close is of a moment that has passed and behind the one before, whose
-- balances are all carried forward; each a row of number and microseconds.
create or replace function bahi.period_append(p_ledger integer, p_at timestamptz, p_rows jsonb) returns void
language plpgsql volatile set search_path = bahi, pg_temp as $$
declare
  v_row jsonb;
  v_until timestamptz;
  v_before record;
begin
  for v_row in select r from jsonb_array_elements(p_rows) with ordinality as u (r, place) order by u.place loop
    v_until := from_micros((v_row ->> 1)::bigint);
    select p.closed_until, exists (select from period_progress g
      where g.ledger_id = p_ledger and g.period_number = p.number and g.last) as carried into v_before
    from period p where p.ledger_id = p_ledger order by p.number desc limit 1;
    if v_until > p_at or v_until <= v_before.closed_until or not v_before.carried then
      raise exception 'the books of ledger % do not close so', p_ledger using errcode = 'data_corrupted';
    end if;
    insert into period (ledger_id, number, closed_until) values (p_ledger, (v_row ->> 0)::bigint, v_until);
  end loop;
end $$;
comment on function bahi.period_append is 'Inserts closes; fails with data_corrupted on one of the future, one that is not later than the one before, and one while that is still being carried forward.';
