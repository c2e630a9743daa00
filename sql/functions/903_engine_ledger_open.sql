-- Opens a turn of a posting session. One round trip.
--   lock   the ledger's session lock, waited for up to 400 ms (ledger_lock)
--   marks  the session with its epoch; ends it when it stays idle while holding (a stopped process must not block others)
--   reads  in statements of their own behind the wait, so that each sees what the former holder committed
-- VOLATILE at READ COMMITTED on purpose: lock and read in one statement read a stale head.
create or replace function bahi.ledger_open(
  p_ledger integer, p_epoch text, p_head bigint, p_link text,
  p_accounts bigint[], p_codes text[], p_keys uuid[], p_api_keys bigint[], p_names text[], p_holds bigint[], p_operators text[] default '{}',
  p_totals bigint[] default '{}', p_pools bigint[] default '{}'
) returns json language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
declare
  v_locked boolean;
  v_extends boolean;
  v_batches integer;
  v_read json;
  v_touched json;
  v_ahead bigint;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'the posting session must run at read committed' using errcode = 'invalid_transaction_state';
  end if;
  v_locked := ledger_lock(p_ledger);
  perform set_config('bahi.epoch', p_epoch, false);
  perform set_config('idle_session_timeout', '2000', false);

  -- Before `touched`: a batch appended in between (by a turn without the lock) is then named there and not in the head,
  -- which makes the caller forget too much. The other way round it would fold on stale accounts at the new head.
  v_read := ledger_read(p_ledger, p_accounts, p_codes, p_keys, p_api_keys, p_names, p_holds, p_operators, p_totals, p_pools);
  v_extends := p_head = 0 or exists (
    select from batch b where b.ledger_id = p_ledger and b.last_number = p_head and b.link = decode(p_link, 'hex'));
  if p_head > 0 then
    select count(*) into v_batches from (
      select from batch b where b.ledger_id = p_ledger and b.last_number > p_head limit 201) as newer;
    if v_batches <= 200 then
      select coalesce(json_agg(distinct t), '[]') into v_touched
      from batch b, unnest(b.touched) as t where b.ledger_id = p_ledger and b.last_number > p_head;
    end if;
  else
    v_touched := '[]';
  end if;
  select case when l.sandbox then sandbox_ahead(p_ledger) end into v_ahead from ledger l where l.ledger_id = p_ledger;
  return json_build_object(
    'locked', v_locked, 'extends', v_extends, 'touched', v_touched,
    -- Behind `touched`, for the same reason: it may name more than that does.
    'settings', case when p_head > 0 then settings_since(p_ledger, p_head) else '[]' end,
    'clock', to_micros(clock_timestamp()), 'ahead', v_ahead, 'books', books_get(p_ledger),
    'pools', exists (select from pool p where p.ledger_id = p_ledger order by p.pool_id limit 1),
    'policy', approval_policy_get(p_ledger),
    'switched', customer_switched(p_ledger),
    'read', v_read);
end $$;
comment on function bahi.ledger_open is 'Takes the turn on a ledger: lock, epoch, head, clock (and how far a sandbox ledger''s own is ahead of it; null for a live one), the newest close of its books, whether it has pools, which actions need a second person, the newest event that switched payments of a customer, what others touched since p_head (null: too much, forget all), of which accounts settings were changed, and the states asked for.';
