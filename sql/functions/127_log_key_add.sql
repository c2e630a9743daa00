-- Of two processes that make the same key at once the first counts.
create or replace function bahi.log_key_add(p_number integer, p_public_key text, p_sealed text, p_mac text) returns boolean
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
begin
  insert into log_key (key_number, public_key, sealed, mac) values (p_number, decode(p_public_key, 'hex'), decode(p_sealed, 'hex'), decode(p_mac, 'hex'))
  on conflict (key_number) do nothing;
  return found;
end $$;
comment on function bahi.log_key_add is 'Adds a key that signs checkpoints; false where there is one of this number already.';
