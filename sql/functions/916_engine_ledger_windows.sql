-- Sliding windows of which memory lacks what counts at the moment of the next batch: rare, so a call of their own.
create or replace function bahi.ledger_windows(p_ledger integer, p_accounts bigint[], p_at_micros bigint) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_head record;
begin
  select b.last_number, b.link into v_head from batch b where b.ledger_id = p_ledger order by b.last_number desc limit 1;
  return json_build_object(
    'head', coalesce(v_head.last_number, 0), 'link', coalesce(encode(v_head.link, 'hex'), ''),
    'windows', account_sliding(p_ledger, p_accounts, p_at_micros, v_head.last_number));
end $$;
comment on function bahi.ledger_windows is 'Head and link of a log, and the sliding_windows of limited accounts and of pools at a moment.';
