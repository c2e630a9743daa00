-- Rows of rare kinds that events above p_before and up to p_last appended, in the form and the order of ledger_append's p_rare.
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
          when s.limits is not null
          then json_build_array(s.account_id::text, s.number::text, s.floor::text, s.ceiling::text, s.debits_frozen, s.credits_frozen, s.closed,
            s.over_capture_bps::text, s.limits)
          when s.over_capture_bps is null
          then json_build_array(s.account_id::text, s.number::text, s.floor::text, s.ceiling::text, s.debits_frozen, s.credits_frozen, s.closed)
          else json_build_array(s.account_id::text, s.number::text, s.floor::text, s.ceiling::text, s.debits_frozen, s.credits_frozen, s.closed,
            s.over_capture_bps::text) end order by s.number, s.account_id), '[]')
      from unnest(p_touched) as u (account_id)
      join account_setting s on s.ledger_id = p_ledger and s.account_id = u.account_id and s.number > p_before and s.number <= p_last
      join account a on a.ledger_id = p_ledger and a.account_id = s.account_id
        and a.code = s.code and a.kind = s.kind and a.currency = s.currency and a.owner is not distinct from s.owner),
    'api_keys', (select coalesce(json_agg(json_build_array(k.key_id::text, k.client, k.prefix, encode(k.secret_hash, 'hex'), k.scopes,
        to_micros(k.expires_at)::text)::jsonb || case when k.networks = '{}' then '[]' else jsonb_build_array(k.networks) end order by k.key_id), '[]')
      from api_key k where k.ledger_id = p_ledger and k.key_id > p_before and k.key_id <= p_last),
    'revocations', (select coalesce(json_agg(json_build_array(r.key_id::text, r.number::text) order by r.number, r.key_id), '[]')
      from unnest(p_touched) as u (key_id) join api_key_revocation r
        on r.ledger_id = p_ledger and r.key_id = u.key_id and r.number > p_before and r.number <= p_last),
    'rotations', (select coalesce(json_agg(json_build_array(t.key_id::text, t.number::text, to_micros(t.ends_at)::text) order by t.number, t.key_id), '[]')
      from unnest(p_touched) as u (key_id) join api_key_rotation t
        on t.ledger_id = p_ledger and t.key_id = u.key_id and t.number > p_before and t.number <= p_last),
    'holds', (select coalesce(json_agg(json_build_array(h.hold_id::text, h.number::text, h.status, to_micros(h.expires_at)::text,
        h.debits::text, h.credits::text, h.currencies::text, h.amounts::text, h.captured::text) order by h.number, h.hold_id), '[]')
      from unnest(p_touched) as u (hold_id)
      join hold h on h.ledger_id = p_ledger and h.hold_id = u.hold_id and h.number > p_before and h.number <= p_last),
    'limit_marks', (select coalesce(json_agg(json_build_array(m.account_id::text, m.number::text, m.released_debits::text,
        m.released_credits::text) order by m.number, m.account_id), '[]')
      from unnest(p_touched) as u (account_id)
      join limit_mark m on m.ledger_id = p_ledger and m.account_id = u.account_id and m.number > p_before and m.number <= p_last),
    'clock', (select coalesce(json_agg(json_build_array(c.number::text, c.ahead_micros::text) order by c.number), '[]')
      from sandbox_clock c where c.ledger_id = p_ledger and c.number > p_before and c.number <= p_last),
    'reversals', (select coalesce(json_agg(json_build_array(r.transfer_id::text, r.number::text, r.amounts::text, r.reversed::text)
        order by r.number, r.transfer_id), '[]')
      from unnest(p_touched) as u (transfer_id)
      join reversal r on r.ledger_id = p_ledger and r.transfer_id = u.transfer_id and r.number > p_before and r.number <= p_last),
    'effective', (select coalesce(json_agg(json_build_array(x.account_id::text, x.position::text, to_micros(x.effective_at)::text,
        x.amount::text) order by x.position, x.amount, x.account_id), '[]')
      from entry_effective x where x.ledger_id = p_ledger and x.position >= (p_before + 1) << 8 and x.position < (p_last + 1) << 8),
    'schedules', (select coalesce(json_agg(json_build_array(s.schedule_id::text, s.number::text, s.status, to_micros(s.scheduled_for)::text,
        s.unrestricted) order by s.number, s.schedule_id), '[]')
      from unnest(p_touched) as u (schedule_id)
      join schedule s on s.ledger_id = p_ledger and s.schedule_id = u.schedule_id and s.number > p_before and s.number <= p_last),
    'periods', (select coalesce(json_agg(json_build_array(p.number::text, to_micros(p.closed_until)::text) order by p.number), '[]')
      from period p where p.ledger_id = p_ledger and p.number > p_before and p.number <= p_last),
    'progress', (select coalesce(json_agg(json_build_array(g.period_number::text, g.number::text, g.carried_to::text, g.accounts::text, g.last)
        order by g.number, g.period_number), '[]')
      from period_progress g where g.ledger_id = p_ledger and g.number > p_before and g.number <= p_last),
    'carried', (select coalesce(json_agg(json_build_array(c.account_id::text, c.period_number::text, c.number::text, c.debits::text, c.credits::text)
        order by c.number, c.account_id, c.period_number), '[]')
      from carried_balance c where c.ledger_id = p_ledger and c.number > p_before and c.number <= p_last));
end $$;
comment on function bahi.log_rare_rows is 'Ledgers, accounts, settings, API keys, revocations, rotations, holds, marks of limits, moves of the clock, reversals, effective times, schedules, closes and balances carried forward of a stretch of the log.';
