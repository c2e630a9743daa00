create or replace function bahi.from_micros(p_micros bigint) returns timestamptz
language sql immutable strict parallel safe set search_path = bahi, pg_temp
return timestamptz 'epoch' + p_micros * interval '1 microsecond';
comment on function bahi.from_micros is 'Inverse of to_micros; exact below 2^53.';
