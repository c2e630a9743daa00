-- A page of transfers that hold all filters. One index drives, chosen by what was asked; the other filters are probes
-- by key for each candidate. In order of selectivity:
--   a reference              transfer_search
--   an account               entry: a refused transfer stands at its payers alone
--   a piece of metadata      transfer_search
--   refused                  event_refused
--   held, voided, expired    hold: every hold that was ever placed
--   scheduled, executed, execution_refused, canceled   schedule: every one that there ever was
--   nothing of these         event by number
-- Bounds of time become bounds of the number first. At most v_examined_max candidates are looked at, so the cost never
-- grows with the history; when that ends a page early, `examined_to` says where the next one goes on.
-- The text of the statement is put together from constants of this file; values are parameters. Every probe is a
-- subquery with a limit, which the planner must run for each candidate and may not turn into a join: on tables without
-- statistics it joined from the wrong side (30 s for a page of 20 by metadata at 200,000 entries; now 1 ms).
create or replace function bahi.transfer_list(
  p_ledger integer, p_account bigint, p_status text, p_from_micros bigint, p_to_micros bigint,
  p_fields text[], p_values text[], p_beyond bigint, p_descending boolean, p_limit integer, p_captures integer
) returns json language plpgsql stable security definer
set search_path = bahi, pg_temp set enable_seqscan = off set enable_bitmapscan = off
set enable_sort = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  v_examined_max constant integer := 5000;
  v_direction text := case when p_descending then ' desc' else '' end;
  v_first bigint := case when p_from_micros is null then 1 else event_number_at(p_ledger, from_micros(p_from_micros)) end;
  v_last bigint := case when p_to_micros is null then (1::bigint << 45) - 1 else event_number_at(p_ledger, from_micros(p_to_micros)) - 1 end;
  v_driver text;
  v_filters text := '';
  v_rows json;
  v_examined_to bigint;
begin
  if p_beyond is not null and p_descending then
    v_last := least(v_last, p_beyond - 1);
  elsif p_beyond is not null then
    v_first := greatest(v_first, p_beyond + 1);
  end if;

  if p_fields[1] = 'reference' or (p_account is null and cardinality(p_fields) > 0) then
    v_driver := 'select s.number, s.number as place from transfer_search s
      where s.ledger_id = $1 and s.field = ($4::text[])[1] and s.value = ($5::text[])[1] and s.number between $2 and $3 order by s.number';
  elsif p_account is not null then
    -- The first entry of each transfer stands for it.
    v_driver := 'select n.position >> 8 as number, n.position as place from entry n
      where n.ledger_id = $1 and n.account_id = $6 and n.position between $2 << 8 and ($3 << 8) + 255
        and (select true from entry o where o.ledger_id = $1 and o.account_id = $6
          and o.position >= (n.position >> 8) << 8 and o.position < n.position limit 1) is null
      order by n.position';
  elsif p_status in ('held', 'voided', 'expired') then
    v_driver := 'select h.hold_id as number, h.hold_id as place from hold h
      where h.ledger_id = $1 and h.hold_id between $2 and $3 and h.number = h.hold_id order by h.hold_id';
  elsif p_status in ('scheduled', 'executed', 'execution_refused', 'canceled') then
    v_driver := 'select h.schedule_id as number, h.schedule_id as place from schedule h
      where h.ledger_id = $1 and h.schedule_id between $2 and $3 and h.number = h.schedule_id order by h.schedule_id';
  else
    v_driver := 'select d.number, d.number as place from event d where d.ledger_id = $1 and d.number between $2 and $3'
      || case when p_status = 'refused' then ' and d.code is not null' else '' end || ' order by d.number';
  end if;
  v_driver := v_driver || v_direction || ' limit ' || v_examined_max;

  if p_status is not null then
    -- A transfer without a hold is posted unless it is refused; one with a hold, or scheduled, is what its newest version says.
    v_filters := case when p_status = 'refused' then ' and e.code is not null'
      else ' and e.code is null and coalesce((select h.status from hold h where h.ledger_id = $1 and h.hold_id = c.number
        order by h.number desc limit 1), (select h.status from schedule h where h.ledger_id = $1 and h.schedule_id = c.number
        order by h.number desc limit 1), ''posted'') = $9' end;
  end if;
  if p_account is not null then
    v_filters := v_filters || ' and (select true from entry n where n.ledger_id = $1 and n.account_id = $6
      and n.position between c.number << 8 and (c.number << 8) + 255 limit 1)';
  end if;
  for i in 1 .. cardinality(p_fields) loop
    v_filters := v_filters || format(' and (select true from transfer_search s where s.ledger_id = $1
      and s.field = ($4::text[])[%1$s] and s.value = ($5::text[])[%1$s] and s.number = c.number limit 1)', i);
  end loop;

  execute 'select coalesce(json_agg(json_build_array(m.number, m.body, hold_get($1, m.number, $8), reversal_get($1, m.number, $8), schedule_get($1, m.number)) order by m.number' || v_direction || '), ''[]'') from (
      select c.number, e.body from (' || v_driver || ') as c
      cross join lateral (select n.type, n.code, n.body from event n where n.ledger_id = $1 and n.number between c.number and c.number
        order by n.number limit 1) as e
      where e.type in (''transfer.create'', ''transfer.capture'', ''transfer.reverse'', ''transfer.adjust'', ''transfer.execute'')' || v_filters || ' order by c.place' || v_direction || ' limit $7
    ) as m'
    into v_rows using p_ledger, v_first, v_last, p_fields, p_values, p_account, p_limit, p_captures, p_status;
  if json_array_length(v_rows) < p_limit then
    execute 'select c.number from (' || v_driver || ') as c offset ' || v_examined_max - 1
      into v_examined_to using p_ledger, v_first, v_last, p_fields, p_values, p_account;
  end if;
  return json_build_object('rows', v_rows, 'examined_to', v_examined_to);
end $$;
comment on function bahi.transfer_list is 'Transfers beyond a number in one direction that hold all filters: rows of [number, body, what became of its hold, what was reversed of it, what became of its schedule] in order, and where the examination ended early.';
