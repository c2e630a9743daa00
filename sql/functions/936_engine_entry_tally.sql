-- How many entries each account has up to an event: one stretch of the entry index a call, whatever its accounts are, so
-- that an entry shows which no event accounts for; and how many stand beyond the newest batch, which is read in the same snapshot.
-- Goes on from (p_account, p_position).
create or replace function bahi.entry_tally(p_ledger integer, p_account bigint, p_position bigint, p_number bigint, p_limit integer)
returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_answer json;
begin
  with stretch as materialized (
    select e.account_id, e.position from entry e
    where e.ledger_id = p_ledger and (e.account_id, e.position) > (p_account, p_position)
    order by e.account_id, e.position limit p_limit
  )
  select json_build_object(
    'accounts', (select coalesce(json_agg(json_build_array(c.account_id, c.entries, c.beyond) order by c.account_id), '[]') from (
      select s.account_id, count(*) filter (where s.position < (p_number + 1) * 256) as entries,
        count(*) filter (where s.position >= (coalesce((select max(b.last_number) from batch b where b.ledger_id = p_ledger), 0) + 1) * 256) as beyond
      from stretch s group by s.account_id) as c),
    'last', (select json_build_array(s.account_id, s.position) from stretch s order by s.account_id desc, s.position desc limit 1))
  into v_answer;
  return v_answer;
end $$;
comment on function bahi.entry_tally is 'Counts of entries by account over a stretch of the index, and where the stretch ended.';
