-- A page of the log for the verifier: each batch with all that it appended, written as the columns that ledger_append took
-- (batchColumns in src/engine/batch-rows.ts), so that comparing is comparing texts and the link can be made of them.
-- Events go to the batch by its last number alone, so that none can hide between batches. Entries are sought by account
-- and position: what stands elsewhere is found by entry_tally. At most p_events numbers, but one batch at least.
create or replace function bahi.log_page(p_ledger integer, p_after bigint, p_head bigint, p_events integer)
returns table (
  first_number bigint, last_number bigint, at_micros bigint, link text, key_version smallint, event_count bigint,
  other_time json, leaf_hashes text, types text, codes text, keys text, fingerprints text, bodies text,
  accounts text, positions text, amounts text, debits text, credits text, held_debits text, held_credits text,
  debit_counts text, credit_counts text, refused_counts text, versions text, net_mins text, net_maxs text,
  touched text, rare json
) language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
#variable_conflict use_column
declare
  v_separator constant text := E'\x1e';
  v_to bigint;
  v_pooled constant boolean := exists (select from pool o where o.ledger_id = p_ledger order by o.pool_id limit 1)
    or exists (select from pool_total o where o.ledger_id = p_ledger order by o.pool_id limit 1);
begin
  select greatest(least(p_after + p_events, p_head), b.last_number) into v_to
  from batch b where b.ledger_id = p_ledger and b.last_number > p_after order by b.last_number limit 1;
  return query
    with page as materialized (
      select b.first_number, b.last_number, b.at, b.link, b.key_version, b.touched,
        coalesce(lag(b.last_number) over (order by b.last_number), p_after) as before
      from batch b
      where b.ledger_id = p_ledger and b.last_number > p_after and b.last_number <= v_to
      order by b.last_number limit 1000
    )
    select p.first_number, p.last_number, to_micros(p.at), encode(p.link, 'hex'), p.key_version, e.event_count,
      e.other_time, e.leaf_hashes, e.types, e.codes, e.keys, e.fingerprints, e.bodies,
      n.accounts, n.positions, n.amounts, n.debits, n.credits, n.held_debits, n.held_credits,
      n.debit_counts, n.credit_counts, n.refused_counts, n.versions, n.net_mins, n.net_maxs,
      p.touched::text,
      case when e.rare or p_ledger = 0
          or exists (select from hold h where h.ledger_id = p_ledger and h.hold_id > p.before and h.hold_id <= p.last_number)
          or exists (select from entry_effective x where x.ledger_id = p_ledger
            and x.position >= (p.before + 1) << 8 and x.position < (p.last_number + 1) << 8)
          or exists (select from schedule s where s.ledger_id = p_ledger and s.schedule_id > p.before and s.schedule_id <= p.last_number)
          or exists (select from account a where a.ledger_id = p_ledger and a.account_id > p.before and a.account_id <= p.last_number)
          or exists (select from api_key k where k.ledger_id = p_ledger and k.key_id > p.before and k.key_id <= p.last_number)
          or v_pooled and exists (select from unnest(p.touched) as u (pool_id)
            cross join lateral (
              select from pool_total v where v.ledger_id = p_ledger and v.pool_id = u.pool_id
                and v.number > p.before and v.number <= p.last_number order by v.number limit 1
            ) as v)
          or exists (select from proposal_decision d where d.ledger_id = p_ledger and d.number > p.before and d.number <= p.last_number)
        then log_rare_rows(p_ledger, p.before, p.last_number, p.touched) end
    from page p
    cross join lateral (
      select count(*) as event_count, (array_agg(json_build_array(o.number, to_micros(o.at))) filter (where o.at <> p.at))[1] as other_time,
        coalesce(string_agg(encode(o.leaf_hash, 'hex'), ''), '') as leaf_hashes,
        coalesce(case when min(o.type) = max(o.type) then min(o.type) else string_agg(o.type, v_separator) end, '') as types,
        case when count(o.code) > 0 then string_agg(coalesce(o.code, ''), v_separator) else '' end as codes,
        '\x' || coalesce(string_agg(replace(o.key::text, '-', ''), ''), '') as keys,
        '\x' || coalesce(string_agg(encode(o.fingerprint, 'hex'), ''), '') as fingerprints,
        coalesce(string_agg(o.body, v_separator), '') as bodies,
        coalesce(bool_or(o.type <> 'transfer.create'), false) as rare
      from (
        select v.number, v.at, v.type, v.code, v.key, v.fingerprint, v.leaf_hash, v.body from event v
        where v.ledger_id = p_ledger and v.number > p.before and v.number <= p.last_number order by v.number
      ) as o
    ) as e
    cross join lateral (
      select coalesce(array_agg(o.account_id)::text, '{}') as accounts, coalesce(array_agg(o.position)::text, '{}') as positions,
        coalesce(array_agg(o.amount)::text, '{}') as amounts, coalesce(array_agg(o.debits)::text, '{}') as debits,
        coalesce(array_agg(o.credits)::text, '{}') as credits,
        case when bool_or(o.held_debits <> 0) then array_agg(o.held_debits)::text else '{}' end as held_debits,
        case when bool_or(o.held_credits <> 0) then array_agg(o.held_credits)::text else '{}' end as held_credits,
        coalesce(array_agg(o.debit_count)::text, '{}') as debit_counts, coalesce(array_agg(o.credit_count)::text, '{}') as credit_counts,
        case when bool_or(o.refused_count <> 0) then array_agg(o.refused_count)::text else '{}' end as refused_counts,
        coalesce(array_agg(o.version)::text, '{}') as versions,
        case when count(o.net_min) > 0 then array_agg(o.net_min)::text else '{}' end as net_mins,
        case when count(o.net_max) > 0 then array_agg(o.net_max)::text else '{}' end as net_maxs
      from (
        select v.account_id, v.position, v.amount, v.debits, v.credits, v.held_debits, v.held_credits,
          v.debit_count, v.credit_count, v.refused_count, v.version, v.net_min, v.net_max
        from unnest(p.touched) as u (account_id)
        cross join lateral (
          select w.account_id, w.position, w.amount, w.debits, w.credits, w.held_debits, w.held_credits,
            w.debit_count, w.credit_count, w.refused_count, w.version, w.net_min, w.net_max
          from entry w where w.ledger_id = p_ledger and w.account_id = u.account_id
            and w.position >= (p.before + 1) * 256 and w.position < (p.last_number + 1) * 256
          -- Kept apart: joined the other way round, each entry of the batch is held against each of its accounts.
          order by w.position offset 0
        ) as v
        order by v.account_id, v.position
      ) as o
    ) as n
    order by p.last_number;
end $$;
comment on function bahi.log_page is 'Batches after a number with everything that they appended, for the verifier.';
