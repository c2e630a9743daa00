-- Rows of rare kinds that events above p_before and up to p_last appended, in the form and the order of ledger_append's p_rare.
-- Each seek has an order that one index alone gives, and is not joined: joined, all versions of a ledger were read for each
-- subject (50,000 pairs of hold and capture: 24 s in place of 8).
-- Settings are left out where what they repeat of their account is not what stands there: then they are missing.
create or replace function bahi.log_rare_rows(p_ledger integer, p_before bigint, p_last bigint, p_touched bigint[]) returns json
language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return json_build_object(
    'ledgers', (select coalesce(json_agg(case when l.sandbox then json_build_array(l.ledger_id::text, l.name, l.number::text, true)
        else json_build_array(l.ledger_id::text, l.name, l.number::text) end order by l.number), '[]')
      from ledger l where p_ledger = 0 and l.number > p_before and l.number <= p_last),
    'accounts', (select coalesce(json_agg(json_build_array(a.account_id::text, a.code, a.kind, a.currency, a.owner) order by a.account_id), '[]')
      from account a where a.ledger_id = p_ledger and a.account_id > p_before and a.account_id <= p_last),
    'settings', (select coalesce(json_agg(case
          when s.pools is not null
          then json_build_array(s.account_id::text, s.number::text, s.floor::text, s.ceiling::text, s.debits_frozen, s.credits_frozen, s.closed,
            s.over_capture_bps::text, s.limits, s.step_up_above::text, s.pools::text)
          when s.step_up_above is not null
          then json_build_array(s.account_id::text, s.number::text, s.floor::text, s.ceiling::text, s.debits_frozen, s.credits_frozen, s.closed,
            s.over_capture_bps::text, s.limits, s.step_up_above::text)
          when s.limits is not null
          then json_build_array(s.account_id::text, s.number::text, s.floor::text, s.ceiling::text, s.debits_frozen, s.credits_frozen, s.closed,
            s.over_capture_bps::text, s.limits)
          when s.over_capture_bps is null
          then json_build_array(s.account_id::text, s.number::text, s.floor::text, s.ceiling::text, s.debits_frozen, s.credits_frozen, s.closed)
          else json_build_array(s.account_id::text, s.number::text, s.floor::text, s.ceiling::text, s.debits_frozen, s.credits_frozen, s.closed,
            s.over_capture_bps::text) end order by s.number, s.account_id), '[]')
      from unnest(p_touched) as u (account_id)
      cross join lateral (
        select v.account_id, v.number, v.code, v.kind, v.currency, v.owner, v.floor, v.ceiling, v.debits_frozen, v.credits_frozen, v.closed, v.over_capture_bps, v.limits, v.step_up_above, v.pools from account_setting v
        where v.ledger_id = p_ledger and v.account_id = u.account_id and v.number > p_before and v.number <= p_last order by v.number
      ) as s
      cross join lateral (
        select v.code, v.kind, v.currency, v.owner from account v
        where v.ledger_id = p_ledger and v.account_id between s.account_id and s.account_id order by v.account_id limit 1
      ) as a
      where a.code = s.code and a.kind = s.kind and a.currency = s.currency and a.owner is not distinct from s.owner),
    'api_keys', (select coalesce(json_agg(json_build_array(k.key_id::text, k.client, k.prefix, encode(k.secret_hash, 'hex'), k.scopes,
        to_micros(k.expires_at)::text)::jsonb || case when k.rate is not null then jsonb_build_array(k.networks, k.rate)
          when k.networks = '{}' then '[]' else jsonb_build_array(k.networks) end order by k.key_id), '[]')
      from api_key k where k.ledger_id = p_ledger and k.key_id > p_before and k.key_id <= p_last),
    'api_key_macs', (select coalesce(json_agg(json_build_array(m.key_id::text, encode(m.mac, 'hex')) order by m.key_id), '[]')
      from api_key_mac m where m.ledger_id = p_ledger and m.key_id > p_before and m.key_id <= p_last),
    'revocations', (select coalesce(json_agg(json_build_array(r.key_id::text, r.number::text) order by r.number, r.key_id), '[]')
      from unnest(p_touched) as u (key_id) cross join lateral (
        select v.key_id, v.number from api_key_revocation v
        where v.ledger_id = p_ledger and v.key_id = u.key_id and v.number > p_before and v.number <= p_last order by v.key_id
      ) as r),
    'rotations', (select coalesce(json_agg(json_build_array(t.key_id::text, t.number::text, to_micros(t.ends_at)::text) order by t.number, t.key_id), '[]')
      from unnest(p_touched) as u (key_id) cross join lateral (
        select v.key_id, v.number, v.ends_at from api_key_rotation v
        where v.ledger_id = p_ledger and v.key_id = u.key_id and v.number > p_before and v.number <= p_last order by v.key_id
      ) as t),
    'holds', (select coalesce(json_agg(json_build_array(h.hold_id::text, h.number::text, h.status, to_micros(h.expires_at)::text,
        h.debits::text, h.credits::text, h.currencies::text, h.amounts::text, h.captured::text) order by h.number, h.hold_id), '[]')
      from unnest(p_touched) as u (hold_id)
      cross join lateral (
        select v.hold_id, v.number, v.status, v.expires_at, v.debits, v.credits, v.currencies, v.amounts, v.captured from hold v
        where v.ledger_id = p_ledger and v.hold_id = u.hold_id and v.number > p_before and v.number <= p_last order by v.number
      ) as h),
    'limit_marks', (select coalesce(json_agg(json_build_array(m.account_id::text, m.number::text, m.released_debits::text,
        m.released_credits::text) order by m.number, m.account_id), '[]')
      from unnest(p_touched) as u (account_id)
      cross join lateral (
        select v.account_id, v.number, v.released_debits, v.released_credits from limit_mark v
        where v.ledger_id = p_ledger and v.account_id = u.account_id and v.number > p_before and v.number <= p_last order by v.number
      ) as m),
    'clock', (select coalesce(json_agg(json_build_array(c.number::text, c.ahead_micros::text) order by c.number), '[]')
      from sandbox_clock c where c.ledger_id = p_ledger and c.number > p_before and c.number <= p_last),
    'reversals', (select coalesce(json_agg(json_build_array(r.transfer_id::text, r.number::text, r.amounts::text, r.reversed::text)
        order by r.number, r.transfer_id), '[]')
      from unnest(p_touched) as u (transfer_id)
      cross join lateral (
        select v.transfer_id, v.number, v.amounts, v.reversed from reversal v
        where v.ledger_id = p_ledger and v.transfer_id = u.transfer_id and v.number > p_before and v.number <= p_last order by v.number
      ) as r),
    'effective', (select coalesce(json_agg(json_build_array(x.account_id::text, x.position::text, to_micros(x.effective_at)::text,
        x.amount::text) order by x.position, x.amount, x.account_id), '[]')
      from entry_effective x where x.ledger_id = p_ledger and x.position >= (p_before + 1) << 8 and x.position < (p_last + 1) << 8),
    'schedules', (select coalesce(json_agg(json_build_array(s.schedule_id::text, s.number::text, s.status, to_micros(s.scheduled_for)::text,
        s.unrestricted) order by s.number, s.schedule_id), '[]')
      from unnest(p_touched) as u (schedule_id)
      cross join lateral (
        select v.schedule_id, v.number, v.status, v.scheduled_for, v.unrestricted from schedule v
        where v.ledger_id = p_ledger and v.schedule_id = u.schedule_id and v.number > p_before and v.number <= p_last order by v.number
      ) as s),
    'periods', (select coalesce(json_agg(json_build_array(p.number::text, to_micros(p.closed_until)::text) order by p.number), '[]')
      from period p where p.ledger_id = p_ledger and p.number > p_before and p.number <= p_last),
    'progress', (select coalesce(json_agg(json_build_array(g.period_number::text, g.number::text, g.carried_to::text, g.accounts::text, g.last)
        order by g.number, g.period_number), '[]')
      from period_progress g where g.ledger_id = p_ledger and g.number > p_before and g.number <= p_last),
    'carried', (select coalesce(json_agg(json_build_array(c.account_id::text, c.period_number::text, c.number::text, c.debits::text, c.credits::text)
        order by c.number, c.account_id, c.period_number), '[]')
      from carried_balance c where c.ledger_id = p_ledger and c.number > p_before and c.number <= p_last),
    'pools', (select coalesce(json_agg(json_build_array(p.pool_id::text, p.number::text, p.name, p.currency, p.owner, p.joined::text,
        p.parted::text, p.members::text, p.limits) order by p.number, p.pool_id), '[]')
      from unnest(p_touched) as u (pool_id)
      cross join lateral (
        select v.pool_id, v.number, v.name, v.currency, v.owner, v.joined, v.parted, v.members, v.limits from pool v
        where v.ledger_id = p_ledger and v.pool_id = u.pool_id and v.number > p_before and v.number <= p_last order by v.number
      ) as p),
    'pool_totals', (select coalesce(json_agg(json_build_array(t.pool_id::text, t.number::text, t.outgoing::text, t.incoming::text,
        t.credited::text, t.out_count::text, t.in_count::text) order by t.pool_id, t.number), '[]')
      from unnest(p_touched) as u (pool_id)
      cross join lateral (
        select v.pool_id, v.number, v.outgoing, v.incoming, v.credited, v.out_count, v.in_count from pool_total v
        where v.ledger_id = p_ledger and v.pool_id = u.pool_id and v.number > p_before and v.number <= p_last order by v.number
      ) as t),
    'operators', (select coalesce(json_agg(operator_row(p_ledger, o.operator_id, o.number) order by o.number, o.operator_id), '[]')
      from unnest(p_touched) as u (operator_id)
      join operator o on p_ledger = 0 and o.ledger_id = p_ledger and o.operator_id = u.operator_id and o.number > p_before and o.number <= p_last),
    'customers', (select coalesce(json_agg(customer_row(p_ledger, c.customer_id, c.number) order by c.number, c.customer_id), '[]')
      from unnest(p_touched) as u (customer_id)
      cross join lateral (
        select v.customer_id, v.number from customer v
        where v.ledger_id = p_ledger and v.customer_id = u.customer_id and v.number > p_before and v.number <= p_last order by v.number
      ) as c),
    'policies', (select coalesce(json_agg(approval_policy_row(p_ledger, p.number) order by p.number), '[]')
      from approval_policy p where p.ledger_id = p_ledger and p.number > p_before and p.number <= p_last),
    'proposals', (select coalesce(json_agg(proposal_row(p_ledger, p.proposal_id) order by p.proposal_id), '[]')
      from proposal p where p.ledger_id = p_ledger and p.proposal_id > p_before and p.proposal_id <= p_last),
    'proposal_decisions', (select coalesce(json_agg(proposal_decision_row(p_ledger, d.proposal_id) order by d.number, d.proposal_id), '[]')
      from proposal_decision d where d.ledger_id = p_ledger and d.number > p_before and d.number <= p_last));
end $$;
comment on function bahi.log_rare_rows is 'Ledgers, accounts, settings, API keys, revocations, rotations, holds, marks of limits, moves of the clock, reversals, effective times, schedules, closes, balances carried forward, pools and what they counted, operators, customers, policies, proposals and decisions of a stretch of the log.';
