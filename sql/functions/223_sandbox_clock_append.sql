-- The second assertion of what the fold decided: only the clock of a sandbox ledger moves, and only forward.
create or replace function bahi.sandbox_clock_append(p_ledger integer, p_sandbox boolean, p_moves jsonb) returns void
language plpgsql volatile set search_path = bahi, pg_temp as $$
declare
  v_move jsonb;
begin
  for v_move in select m from jsonb_array_elements(p_moves) with ordinality as u (m, place) order by u.place loop
    if not p_sandbox or (v_move ->> 1)::bigint <= sandbox_ahead(p_ledger) then
      raise exception 'the clock of ledger % does not move so', p_ledger using errcode = 'data_corrupted';
    end if;
    insert into sandbox_clock (ledger_id, number, ahead_micros) values (p_ledger, (v_move ->> 0)::bigint, (v_move ->> 1)::bigint);
  end loop;
end $$;
comment on function bahi.sandbox_clock_append is 'Inserts moves of a sandbox ledger''s clock; fails with data_corrupted on a live ledger and on a move that is none forward.';
