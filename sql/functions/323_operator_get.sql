create or replace function bahi.operator_get(p_operator text, p_secrets boolean) returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select json_build_object('row', s.state,
    'password', case when p_secrets then (select encode(c.ciphertext, 'hex') from bahi.sealed_secret c where c.digest = decode(s.state ->> 8, 'hex')) end,
    'totp', case when p_secrets then (select encode(c.ciphertext, 'hex') from bahi.sealed_secret c where c.digest = decode(s.state ->> 9, 'hex')) end,
    'seen', (
      select coalesce(json_agg(json_build_array(u.session_id, u.minute)), '[]')
      from json_array_elements_text(s.state -> 13) as i (session_id)
      join bahi.operator_session_use u on u.session_id = i.session_id::bigint))
  from (select bahi.operator_states(0, array[p_operator], 9223372036854775807) -> 0 as state) as s
  where s.state is not null
);
comment on function bahi.operator_get is 'An operator by number or name: the newest version, the last minute that each session was used in, and the sealed factors where they are asked for.';
