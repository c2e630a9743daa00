create or replace function bahi.api_key_use_record(p_ledgers integer[], p_keys bigint[], p_ages_ms bigint[]) returns void
language sql volatile security definer set search_path = bahi, pg_temp as $$
  insert into bahi.api_key_use as was (ledger_id, key_id, used_at)
  select u.ledger_id, u.key_id, clock_timestamp() - u.age_ms * interval '1 millisecond'
  from unnest(p_ledgers, p_keys, p_ages_ms) as u (ledger_id, key_id, age_ms)
  order by u.ledger_id, u.key_id
  on conflict (ledger_id, key_id) do update set used_at = excluded.used_at where excluded.used_at > was.used_at;
$$;
comment on function bahi.api_key_use_record is 'Notes how long ago each of these keys was used; a use before the one that is noted changes nothing. Rows in the order of their keys, so that servers wait for one another and never in a circle.';
