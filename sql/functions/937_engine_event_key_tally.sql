-- Walks the index of idempotency keys: a key that stands twice makes the distinct keys fewer than the events, and an event
-- in front of the first batch makes the events more.
create or replace function bahi.event_key_tally(p_ledger integer, p_after uuid, p_number bigint, p_limit integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_answer json;
begin
  with stretch as materialized (
    select e.key, e.number from event e where e.ledger_id = p_ledger and e.key > p_after order by e.key limit p_limit
  )
  select json_build_object(
    'events', (select count(*) from stretch s where s.number <= p_number),
    'keys', (select count(distinct s.key) from stretch s where s.number <= p_number),
    'last', (select s.key from stretch s order by s.key desc limit 1))
  into v_answer;
  return v_answer;
end $$;
comment on function bahi.event_key_tally is 'Events up to a number over a stretch of the index of their idempotency keys, how many keys are distinct, and the last key of it.';
