create or replace function bahi.batch_append(
  p_ledger integer, p_head bigint, p_count bigint, p_at timestamptz, p_link bytea, p_key_version smallint, p_touched bigint[]
) returns void language plpgsql volatile
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  insert into batch (ledger_id, last_number, first_number, at, link, key_version, touched)
  values (p_ledger, p_head + p_count, p_head + 1, p_at, p_link, p_key_version, p_touched);
end $$;
comment on function bahi.batch_append is 'Makes the batch the new head of its log.';
