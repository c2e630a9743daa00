create or replace function bahi.ledger_create(p_ledgers jsonb) returns void
language plpgsql volatile set search_path = bahi, pg_temp as $$
begin
  insert into ledger (ledger_id, name, number, sandbox)
  select (l ->> 0)::integer, l ->> 1, (l ->> 2)::bigint, coalesce((l ->> 3)::boolean, false) from jsonb_array_elements(p_ledgers) as l;
end $$;
comment on function bahi.ledger_create is 'Inserts the ledgers that a batch of the installation log created.';
