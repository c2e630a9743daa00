-- New versions of holds, each a row in the order of the fold: hold, number, status, expiry in microseconds, and a column
-- of the legs as an array in text each. The second assertion of what the fold decided in memory: a version continues one
-- that is held, changes nothing but status and captured amounts, and captures no less than before and no more than there is,
-- with the over-capture that the payer's settings allow at that event (they are appended before).
-- Then the projection follows: placed holds come in, ended ones go.
create or replace function bahi.hold_append(p_ledger integer, p_holds jsonb) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_broken bigint;
begin
  insert into hold (ledger_id, hold_id, number, status, expires_at, debits, credits, currencies, amounts, captured)
  select p_ledger, (h ->> 0)::bigint, (h ->> 1)::bigint, h ->> 2, from_micros((h ->> 3)::bigint),
    (h ->> 4)::bigint[], (h ->> 5)::bigint[], (h ->> 6)::text[], (h ->> 7)::bigint[], (h ->> 8)::bigint[]
  from jsonb_array_elements(p_holds) as h;

  select n.hold_id into v_broken
  from jsonb_array_elements(p_holds) as h
  cross join lateral (
    select v.hold_id, v.number, v.expires_at, v.debits, v.credits, v.currencies, v.amounts, v.captured from hold v
    where v.ledger_id = p_ledger and v.hold_id = (h ->> 0)::bigint and v.number = (h ->> 1)::bigint limit 1
  ) as n
  left join lateral (
    select v.status, v.expires_at, v.debits, v.credits, v.currencies, v.amounts, v.captured from hold v
    where v.ledger_id = p_ledger and v.hold_id = n.hold_id and v.number < n.number order by v.number desc limit 1
  ) as b on true
  where case when n.number = n.hold_id then b.status is not null
    else b.status is distinct from 'held'
      or (n.expires_at, n.debits, n.credits, n.currencies, n.amounts)
        is distinct from (b.expires_at, b.debits, b.credits, b.currencies, b.amounts) end
    or exists (
      select from generate_subscripts(n.amounts, 1) as i
      where n.captured[i] < coalesce(b.captured[i], 0) or n.amounts[i] <= 0
        or (n.captured[i] > n.amounts[i] and n.captured[i] > coalesce(b.captured[i], 0)
          and (n.captured[i] - n.amounts[i]) * 10000::numeric > n.amounts[i] * coalesce((
            select s.over_capture_bps from account_setting s
            where s.ledger_id = p_ledger and s.account_id = n.debits[i] and s.number <= n.number order by s.number desc limit 1), 0)::numeric))
  limit 1;
  if v_broken is not null then
    raise exception 'a version does not continue hold %', v_broken using errcode = 'data_corrupted';
  end if;

  insert into hold_open (ledger_id, hold_id, expires_at)
  select p_ledger, (h ->> 0)::bigint, from_micros((h ->> 3)::bigint)
  from jsonb_array_elements(p_holds) as h where h ->> 0 = h ->> 1;
  delete from hold_open o using jsonb_array_elements(p_holds) as h
  where o.ledger_id = p_ledger and o.hold_id = (h ->> 0)::bigint and h ->> 2 <> 'held';
end $$;
comment on function bahi.hold_append is 'Inserts versions of holds and brings the projection of open ones up to date; fails with data_corrupted where a version does not continue its hold.';
