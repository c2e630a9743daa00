create or replace function bahi.transfer_search_append(p_ledger integer, p_fields text[], p_values text[], p_numbers bigint[]) returns void
language plpgsql volatile set search_path = bahi, pg_temp as $$
begin
  insert into transfer_search (ledger_id, field, value, number)
  select p_ledger, u.field, u.value, u.number from unnest(p_fields, p_values, p_numbers) as u (field, value, number);
end $$;
comment on function bahi.transfer_search_append is 'Inserts the searchable references and metadata of a batch.';
