-- The projection of open holds against the versions that it is made from, a stretch of holds a call: both in one snapshot,
-- since the ledger may be posted to meanwhile.
create or replace function bahi.hold_open_page(p_ledger integer, p_after bigint, p_limit integer) returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_answer json;
begin
  with stretch as materialized (
    select i.hold_id from (
      (select distinct h.hold_id from hold h where h.ledger_id = p_ledger and h.hold_id > p_after order by h.hold_id limit p_limit)
      union
      (select o.hold_id from hold_open o where o.ledger_id = p_ledger and o.hold_id > p_after order by o.hold_id limit p_limit)
    ) as i order by i.hold_id limit p_limit
  )
  select json_build_object(
    'differing', (
      select coalesce(json_agg(json_build_array(s.hold_id,
          coalesce(case when n.status = 'held' then n.expires_at end::text, 'not listed'), coalesce(o.expires_at::text, 'not listed'))
        order by s.hold_id), '[]')
      from stretch s
      left join lateral (
        select v.status, v.expires_at from hold v where v.ledger_id = p_ledger and v.hold_id = s.hold_id order by v.number desc limit 1
      ) as n on true
      left join lateral (
        select o.expires_at from hold_open o where o.ledger_id = p_ledger and o.hold_id = s.hold_id limit 1
      ) as o on true
      where case when n.status = 'held' then n.expires_at end is distinct from o.expires_at),
    'last', (select max(s.hold_id) from stretch s))
  into v_answer;
  return v_answer;
end $$;
comment on function bahi.hold_open_page is 'Holds of a stretch whose newest version and whose row among the open ones disagree, with what each says, and where the stretch ended.';
