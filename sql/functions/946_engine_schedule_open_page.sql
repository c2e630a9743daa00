-- The projection of transfers still to come against the versions that it is made from, a stretch of schedules a call: both in one snapshot,
-- since the ledger may be posted to meanwhile.
create or replace function bahi.schedule_open_page(p_ledger integer, p_after bigint, p_limit integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_answer json;
begin
  with stretch as materialized (
    select i.schedule_id from (
      (select distinct h.schedule_id from schedule h where h.ledger_id = p_ledger and h.schedule_id > p_after order by h.schedule_id limit p_limit)
      union
      (select o.schedule_id from schedule_open o where o.ledger_id = p_ledger and o.schedule_id > p_after order by o.schedule_id limit p_limit)
    ) as i order by i.schedule_id limit p_limit
  )
  select json_build_object(
    'differing', (
      select coalesce(json_agg(json_build_array(s.schedule_id,
          coalesce(case when n.status = 'scheduled' then n.scheduled_for end::text, 'not listed'), coalesce(o.scheduled_for::text, 'not listed'))
        order by s.schedule_id), '[]')
      from stretch s
      left join lateral (
        select v.status, v.scheduled_for from schedule v where v.ledger_id = p_ledger and v.schedule_id = s.schedule_id order by v.number desc limit 1
      ) as n on true
      left join lateral (
        select o.scheduled_for from schedule_open o where o.ledger_id = p_ledger and o.schedule_id = s.schedule_id limit 1
      ) as o on true
      where case when n.status = 'scheduled' then n.scheduled_for end is distinct from o.scheduled_for),
    'last', (select max(s.schedule_id) from stretch s))
  into v_answer;
  return v_answer;
end $$;
comment on function bahi.schedule_open_page is 'Schedules of a stretch whose newest version and whose row among the open ones disagree, with what each says, and where the stretch ended.';
