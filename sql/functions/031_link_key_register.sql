create or replace function bahi.link_key_register(p_version smallint, p_check_value text) returns text
language plpgsql volatile security definer set search_path = bahi, pg_temp as $$
begin
  insert into link_key (version, check_value) values (p_version, decode(p_check_value, 'hex')) on conflict (version) do nothing;
  return (select encode(k.check_value, 'hex') from link_key k where k.version = p_version);
end $$;
comment on function bahi.link_key_register is 'The check value of an engine key: the first process that starts writes it, every later one must have the same.';
