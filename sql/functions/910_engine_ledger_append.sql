-- Appends one folded batch to a log: the only way in. One statement, therefore one transaction.
--   round trips  one
--   locks        the ledger's row (no key update); the advisory lock is the session's and only makes turns fair
--   order        epoch, then head and link, then time, then continuity of entries, then the inserts
--   outcomes     'done' | 'done_waiting' (another process wants the turn) | 'epoch' | 'head' | 'link' | 'time': nothing stored
--                unique_violation on event_key_is_used_once: a key was used before; data_corrupted: discontinuous
-- Link as well as number: after a failed append, a later one in the pipeline may find its number by chance, never its link.
create or replace function bahi.ledger_append(
  p_ledger integer, p_epoch text, p_head bigint, p_link text, p_at_micros bigint, p_new_link text, p_key_version smallint,
  p_types text[], p_codes text[], p_keys bytea, p_fingerprints bytea, p_bodies text[],
  p_accounts bigint[], p_positions bigint[], p_amounts bigint[], p_debits bigint[], p_credits bigint[],
  p_held_debits bigint[], p_held_credits bigint[], p_debit_counts integer[], p_credit_counts integer[],
  p_refused_counts integer[], p_versions integer[], p_net_mins bigint[], p_net_maxs bigint[],
  p_search_fields text[], p_search_values text[], p_search_numbers bigint[],
  p_touched bigint[], p_rare jsonb
) returns text language plpgsql volatile security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_head record;
  v_at timestamptz := from_micros(p_at_micros);
  v_sandbox boolean;
  v_ahead interval := '0';
begin
  if current_setting('transaction_isolation') <> 'read committed' or current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    raise exception 'appends need read committed and synchronous commit' using errcode = 'invalid_transaction_state';
  end if;
  if current_setting('bahi.epoch', true) is distinct from p_epoch then
    return 'epoch';
  end if;
  select l.sandbox into v_sandbox from ledger l where l.ledger_id = p_ledger for no key update;
  if not found then
    raise exception 'no such ledger' using errcode = 'no_data_found';
  end if;
  select b.last_number, b.link, b.at into v_head from batch b where b.ledger_id = p_ledger order by b.last_number desc limit 1;
  if coalesce(v_head.last_number, 0) <> p_head then
    return 'head';
  end if;
  if coalesce(encode(v_head.link, 'hex'), '') <> p_link then
    return 'link';
  end if;
  if v_sandbox then
    v_ahead := sandbox_ahead(p_ledger) * interval '1 microsecond';
  end if;
  -- A clock that was set back must not stop a ledger; a fold that slept must be folded again.
  if v_at <= v_head.at
    or v_at > greatest(v_head.at + interval '1 microsecond', clock_timestamp() + v_ahead + interval '2 seconds')
    or v_at < clock_timestamp() + v_ahead - interval '10 seconds' then
    return 'time';
  end if;

  perform event_append(p_ledger, p_head, v_at, p_types, p_codes, p_keys, p_fingerprints, p_bodies);
  perform batch_append(p_ledger, p_head, cardinality(p_bodies), v_at, decode(p_new_link, 'hex'), p_key_version, p_touched);
  if p_rare is not null then
    perform ledger_create(p_rare -> 'ledgers');
    perform account_append(p_ledger, p_rare -> 'accounts', p_rare -> 'settings');
    perform api_key_append(p_ledger, p_rare -> 'api_keys', p_rare -> 'api_key_macs', p_rare -> 'revocations', p_rare -> 'rotations');
    if p_rare ? 'holds' then
      perform hold_append(p_ledger, p_rare -> 'holds');
    end if;
    if p_rare ? 'clock' then
      perform sandbox_clock_append(p_ledger, v_sandbox, p_rare -> 'clock');
    end if;
    if p_rare ? 'reversals' then
      perform reversal_append(p_ledger, p_rare -> 'reversals');
    end if;
    if p_rare ? 'limit_marks' then
      perform limit_mark_append(p_ledger, p_rare -> 'limit_marks');
    end if;
    if p_rare ? 'pools' or p_rare ? 'pool_totals' then
      perform pool_append(p_ledger, coalesce(p_rare -> 'pools', '[]'), coalesce(p_rare -> 'pool_totals', '[]'));
    end if;
    if p_rare ? 'schedules' then
      perform schedule_append(p_ledger, p_rare -> 'schedules');
    end if;
    if p_rare ? 'operators' then
      perform operator_append(p_ledger, p_rare -> 'operators');
    end if;
    if p_rare ? 'customers' then
      perform customer_append(p_ledger, p_rare -> 'customers');
    end if;
    if p_rare ?| '{policies,proposals,proposal_decisions}' then
      perform proposal_append(p_ledger, v_at, p_rare -> 'policies', p_rare -> 'proposals', p_rare -> 'proposal_decisions');
    end if;
  end if;
  if cardinality(p_accounts) > 0 then
    perform entry_append(p_ledger, p_accounts, p_positions, p_amounts, p_debits, p_credits, p_held_debits, p_held_credits,
      p_debit_counts, p_credit_counts, p_refused_counts, p_versions, p_net_mins, p_net_maxs);
  end if;
  if p_rare ? 'effective' then
    perform entry_effective_append(p_ledger, v_at, (books_get(p_ledger) ->> 1)::bigint, p_rare -> 'effective');
  end if;
  -- What is carried forward first: a close may follow in the same batch, and asks for all of it.
  if p_rare ? 'progress' then
    perform period_carry_append(p_ledger, coalesce(p_rare -> 'carried', '[]'), p_rare -> 'progress');
  end if;
  if p_rare ? 'periods' then
    perform period_append(p_ledger, v_at, p_rare -> 'periods');
  end if;
  if cardinality(p_search_numbers) > 0 then
    perform transfer_search_append(p_ledger, p_search_fields, p_search_values, p_search_numbers);
  end if;

  return case when exists (
    select from pg_locks l where l.locktype = 'advisory' and l.classid = 1650550889 and l.objid = p_ledger::oid and l.objsubid = 2
      and not l.granted and l.database = (select d.oid from pg_database d where d.datname = current_database())
  ) then 'done_waiting' else 'done' end;
end $$;
comment on function bahi.ledger_append is 'Appends a folded batch, fenced by epoch, head number and link; answers what it did in a word.';
