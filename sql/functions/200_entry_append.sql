-- Appends the entries of one batch, after checking that each account's first new entry continues its newest stored
-- one and that the batch is continuous in itself: the second assertion of what the fold computed in memory.
-- Held amounts, counted refusals and bounds may come empty: zero, or no bound, for every entry.
-- Forced index plans: a plan made on empty tables once cost 120 ms a batch.
create or replace function bahi.entry_append(
  p_ledger integer, p_accounts bigint[], p_positions bigint[], p_amounts bigint[], p_debits bigint[], p_credits bigint[],
  p_held_debits bigint[], p_held_credits bigint[], p_debit_counts integer[], p_credit_counts integer[],
  p_refused_counts integer[], p_versions integer[], p_net_mins bigint[], p_net_maxs bigint[]
) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if exists (
    select from (
      select u.account_id, u.amount, u.debits, u.credits, u.version,
        lag(u.debits) over same_account as debits_before,
        lag(u.credits) over same_account as credits_before,
        lag(u.version) over same_account as version_before
      from unnest(p_accounts, p_positions, p_amounts, p_debits, p_credits, p_versions)
        as u (account_id, position, amount, debits, credits, version)
      window same_account as (partition by u.account_id order by u.position)
    ) as n
    left join lateral (
      select e.debits, e.credits, e.version from entry e
      where n.version_before is null and e.ledger_id = p_ledger and e.account_id = n.account_id
      order by e.position desc limit 1
    ) as stored on true
    where n.version <> coalesce(n.version_before, stored.version, 0) + 1
      or n.debits <> coalesce(n.debits_before, stored.debits, 0) + greatest(-n.amount, 0)
      or n.credits <> coalesce(n.credits_before, stored.credits, 0) + greatest(n.amount, 0)
  ) then
    raise exception 'an entry does not continue the newest entry of its account' using errcode = 'data_corrupted';
  end if;

  insert into entry (account_id, position, amount, debits, credits, held_debits, held_credits, ledger_id,
    debit_count, credit_count, refused_count, version, net_min, net_max)
  select u.account_id, u.position, u.amount, u.debits, u.credits, coalesce(u.held_debits, 0), coalesce(u.held_credits, 0), p_ledger,
    u.debit_count, u.credit_count, coalesce(u.refused_count, 0), u.version, u.net_min, u.net_max
  from unnest(p_accounts, p_positions, p_amounts, p_debits, p_credits, p_held_debits, p_held_credits,
      p_debit_counts, p_credit_counts, p_refused_counts, p_versions, p_net_mins, p_net_maxs)
    as u (account_id, position, amount, debits, credits, held_debits, held_credits,
      debit_count, credit_count, refused_count, version, net_min, net_max);
end $$;
comment on function bahi.entry_append is 'Inserts the entries of a batch; fails with data_corrupted when one does not continue its account.';
