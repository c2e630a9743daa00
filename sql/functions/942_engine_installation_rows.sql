-- What stands once for all ledgers, and rows of ledgers that do not exist: of every table that has a ledger_id, whatever it
-- is, by one seek in its key for each ledger that it has rows of. One snapshot, so a ledger that is created meanwhile is known.
create or replace function bahi.installation_rows() returns json
language plpgsql stable security definer
set search_path = bahi, pg_temp set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_table text;
  v_ids integer[];
  v_unknown jsonb := '[]';
begin
  for v_table in
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'bahi'::regnamespace and c.relkind = 'r' and a.attname = 'ledger_id' and c.relname <> 'ledger'
    order by c.relname
  loop
    execute format('with recursive i as (
        (select t.ledger_id from %1$I t order by t.ledger_id limit 1)
        union all
        select (select t.ledger_id from %1$I t where t.ledger_id > i.ledger_id order by t.ledger_id limit 1) from i where i.ledger_id is not null)
      select array(select i.ledger_id from i where i.ledger_id is not null
        and not exists (select from ledger l where l.ledger_id = i.ledger_id))', v_table) into v_ids;
    v_unknown := v_unknown || coalesce((select jsonb_agg(jsonb_build_array(v_table, u.id)) from unnest(v_ids) as u (id)), '[]');
  end loop;
  return json_build_object(
    'installation', (select coalesce(json_agg(i.installation_id), '[]') from installation i),
    'link_keys', (select coalesce(json_agg(json_build_array(k.version, encode(k.check_value, 'hex')) order by k.version), '[]') from link_key k),
    'unknown_ledgers', v_unknown);
end $$;
comment on function bahi.installation_rows is 'The id of the installation, the check values of its link keys, and [table, ledger_id] of rows whose ledger does not exist.';
