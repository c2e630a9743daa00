-- What a limit of one direction looks at before an event, as ledger/limit.ts has it: `moved` never falls, and grows with whatever
-- counts in whichever direction, so that an event at which something counted can be searched for.
create or replace function bahi.limit_total(
  p_ledger integer, p_account bigint, p_direction text, p_number bigint, out sum numeric, out count integer, out moved numeric
) language plpgsql stable
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  v_entry record;
  v_mark record;
  v_outgoing numeric;
begin
  select n.debits, n.credits, n.held_debits, n.held_credits, n.debit_count, n.credit_count into v_entry from entry n
  where n.ledger_id = p_ledger and n.account_id = p_account and n.position < p_number * 256 order by n.position desc limit 1;
  select n.released_debits, n.released_credits into v_mark from limit_mark n
  where n.ledger_id = p_ledger and n.account_id = p_account and n.number < p_number order by n.number desc limit 1;
  v_outgoing := coalesce(v_entry.debits, 0)::numeric + coalesce(v_entry.held_debits, 0) + coalesce(v_mark.released_debits, 0);
  if p_direction = 'incoming' then
    sum := coalesce(v_entry.credits, 0)::numeric + coalesce(v_entry.held_credits, 0) + coalesce(v_mark.released_credits, 0);
    count := coalesce(v_entry.credit_count, 0);
    moved := sum;
  elsif p_direction = 'outgoing' then
    sum := v_outgoing;
    count := coalesce(v_entry.debit_count, 0);
    moved := sum;
  else
    sum := v_outgoing - coalesce(v_entry.credits, 0);
    count := 0;
    moved := v_outgoing + coalesce(v_entry.credits, 0);
  end if;
end $$;
comment on function bahi.limit_total is 'Cumulative total of an account before an event, in the direction of a limit: sum and count, and what has moved.';
