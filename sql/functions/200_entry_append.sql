-- Appends the entries of one batch, in order of account and position, and checks in the same pass that each continues the
-- entry before it: the one beside it in the batch, or the newest stored one of its account. The second assertion of what the
-- fold computed in memory. Accounts out of order are refused: the same account in two places would be compared with the
-- stored entry twice.
-- Held amounts, counted refusals and bounds may come empty: zero, or no bound, for every entry.
-- Forced index plans: a plan made on empty tables once cost 120 ms a batch. Subscripts in place of unnest: each array of an
-- unnest is written to a tuple store of its own. One whole append of 1,000 transfers, medians of alternating runs on a busy
-- machine: 62 ms with check and insert in two passes over unnest, 57 ms so (events appended by subscripts, too).
create or replace function bahi.entry_append(
  p_ledger integer, p_accounts bigint[], p_positions bigint[], p_amounts bigint[], p_debits bigint[], p_credits bigint[],
  p_held_debits bigint[], p_held_credits bigint[], p_debit_counts integer[], p_credit_counts integer[],
  p_refused_counts integer[], p_versions integer[], p_net_mins bigint[], p_net_maxs bigint[]
) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_rows integer;
begin
  -- A column that is cut short would read as null, and null means no bound.
  if exists (
    select from (values (cardinality(p_positions), false), (cardinality(p_amounts), false), (cardinality(p_debits), false),
      (cardinality(p_credits), false), (cardinality(p_debit_counts), false), (cardinality(p_credit_counts), false),
      (cardinality(p_versions), false), (cardinality(p_held_debits), true), (cardinality(p_held_credits), true),
      (cardinality(p_refused_counts), true), (cardinality(p_net_mins), true), (cardinality(p_net_maxs), true)
    ) as c (length, may_be_empty)
    where c.length <> cardinality(p_accounts) and not (c.may_be_empty and c.length = 0)
  ) then
    raise exception 'the columns of the entries differ in length' using errcode = 'data_exception';
  end if;
  insert into entry (account_id, position, amount, debits, credits, held_debits, held_credits, ledger_id,
    debit_count, credit_count, refused_count, version, net_min, net_max)
  select p_accounts[i], p_positions[i], p_amounts[i], p_debits[i], p_credits[i],
    coalesce(p_held_debits[i], 0), coalesce(p_held_credits[i], 0), p_ledger,
    p_debit_counts[i], p_credit_counts[i], coalesce(p_refused_counts[i], 0), p_versions[i], p_net_mins[i], p_net_maxs[i]
  from generate_series(1, cardinality(p_accounts)) as i
  left join lateral (
    select e.position, e.debits, e.credits, e.version from entry e
    where p_accounts[i - 1] is distinct from p_accounts[i] and e.ledger_id = p_ledger and e.account_id = p_accounts[i]
    order by e.position desc limit 1
  ) as stored on true
  where case when p_accounts[i - 1] = p_accounts[i]
    then p_versions[i] = p_versions[i - 1] + 1 and p_positions[i] > p_positions[i - 1]
      and p_debits[i] = p_debits[i - 1] + greatest(-p_amounts[i], 0)
      and p_credits[i] = p_credits[i - 1] + greatest(p_amounts[i], 0)
    else p_versions[i] = coalesce(stored.version, 0) + 1 and p_positions[i] > coalesce(stored.position, 0)
      and (i = 1 or p_accounts[i] > p_accounts[i - 1])
      and p_debits[i] = coalesce(stored.debits, 0) + greatest(-p_amounts[i], 0)
      and p_credits[i] = coalesce(stored.credits, 0) + greatest(p_amounts[i], 0) end;
  get diagnostics v_rows = row_count;
  if v_rows <> cardinality(p_accounts) then
    raise exception 'an entry does not continue the newest entry of its account' using errcode = 'data_corrupted';
  end if;
end $$;
comment on function bahi.entry_append is 'Inserts the entries of a batch; fails with data_corrupted when one does not continue its account.';
