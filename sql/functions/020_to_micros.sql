-- Time crosses the wire as whole microseconds since 1970, so that no driver and no time zone can bend it.
create or replace function bahi.to_micros(p_at timestamptz) returns bigint
language sql immutable strict parallel safe set search_path = bahi, pg_temp
return (extract(epoch from p_at) * 1000000)::bigint;
comment on function bahi.to_micros is 'Microseconds since 1970 of a time; exact.';
