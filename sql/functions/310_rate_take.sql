create or replace function bahi.rate_take(
  p_ledger integer, p_client text, p_class text, p_rate text, p_requests integer, p_seconds integer, p_lot integer) returns json
language plpgsql volatile security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_now constant timestamptz := clock_timestamp();
  v_left double precision;
  v_taken integer;
  v_is_new boolean;
begin
  -- A clock that was set back fills nothing, and takes nothing away.
  insert into rate_bucket as b (ledger_id, client, class, rate, requests, filled_at)
  values (p_ledger, p_client, p_class, p_rate, p_requests, v_now)
  on conflict (ledger_id, client, class, rate) do update set filled_at = v_now,
    requests = least(p_requests, b.requests + greatest(0, extract(epoch from v_now - b.filled_at)) * p_requests / p_seconds)
  returning b.requests, b.xmax = 0 into v_left, v_is_new;
  v_taken := least(p_lot, floor(v_left + 1e-6));
  v_left := greatest(0, v_left - v_taken);
  update rate_bucket as b set requests = v_left
  where b.ledger_id = p_ledger and b.client = p_client and b.class = p_class and b.rate = p_rate;
  -- A bucket that nobody asked for a day is full, whatever its rate: as good as none. Sources come and go without end, so each
  -- new one looks at its neighbours.
  if v_is_new then
    delete from rate_bucket as b using (
      select n.client, n.class, n.rate from rate_bucket as n
      where n.ledger_id = p_ledger and (n.client, n.class, n.rate) > (p_client, p_class, p_rate)
      order by n.client, n.class, n.rate limit 4
    ) as near
    where b.ledger_id = p_ledger and b.client = near.client and b.class = near.class and b.rate = near.rate
      and b.filled_at < v_now - interval '1 day';
  end if;
  return json_build_array(v_taken, floor(v_left), ceil(greatest(0, 1 - v_left) * p_seconds * 1000 / p_requests));
end $$;
comment on function bahi.rate_take is 'Takes up to a lot of requests out of a bucket, which is full when it is new: [taken, left, milliseconds until there is one]. Locks the row of the bucket until it commits.';
