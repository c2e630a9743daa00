-- What the signer has to do: two seeks a log. Asked once a second by the one signer, over all ledgers.
create or replace function bahi.log_due(p_all boolean) returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
begin
  return (
    select coalesce(json_agg(json_build_array(l.ledger_id, coalesce(c.size, 0), encode(c.root, 'hex'), coalesce(b.last_number, 0),
      case when p_all then c.note end) order by l.ledger_id), '[]')
    from ledger l
    left join lateral (
      select o.last_number from batch o where o.ledger_id = l.ledger_id order by o.last_number desc limit 1
    ) as b on true
    left join lateral (
      select o.size, o.root, o.note from checkpoint o where o.ledger_id = l.ledger_id order by o.size desc limit 1
    ) as c on true
    where p_all or coalesce(c.size, 0) < b.last_number
  );
end $$;
comment on function bahi.log_due is 'Logs with events that no checkpoint covers (p_all: all logs, with their newest note): [ledger, size, root, newest event, note] each.';
