-- Effective times of new entries, each a row in the order of the fold: account, position, microseconds, amount. Runs behind
-- entry_append. The second assertion of what the fold decided: each is an entry of this batch with this amount, none is
-- effective after it was posted, and none before p_closed_micros, up to which the books are closed (null: they are open).
create or replace function bahi.entry_effective_append(p_ledger integer, p_at timestamptz, p_closed_micros bigint, p_rows jsonb) returns void
language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_broken bigint;
begin
  insert into entry_effective (ledger_id, position, account_id, effective_at, amount)
  select p_ledger, (r ->> 1)::bigint, (r ->> 0)::bigint, from_micros((r ->> 2)::bigint), (r ->> 3)::bigint
  from jsonb_array_elements(p_rows) as r;

  select (r ->> 1)::bigint into v_broken
  from jsonb_array_elements(p_rows) as r
  where from_micros((r ->> 2)::bigint) > p_at or (r ->> 2)::bigint < p_closed_micros or (r ->> 3)::bigint is distinct from (
    select e.amount from entry e
    where e.ledger_id = p_ledger and e.account_id = (r ->> 0)::bigint and e.position = (r ->> 1)::bigint limit 1)
  limit 1;
  if v_broken is not null then
    raise exception 'position % has no such entry, or one that is effective after it was posted or in a closed period', v_broken using errcode = 'data_corrupted';
  end if;
end $$;
comment on function bahi.entry_effective_append is 'Inserts effective times of entries; fails with data_corrupted where one has no entry or is effective after its posting or in a closed period.';
