-- The digest is all that the log has of a sealed secret; a ciphertext that no version names is of an enrolment that came to nothing.
create or replace function bahi.sealed_secret_broken() returns json
language sql stable security definer set search_path = bahi, pg_temp
return (
  select coalesce(json_agg(json_build_array(b.digest, b.found) order by b.digest), '[]') from (
    select encode(s.digest, 'hex') as digest, encode(sha256(s.ciphertext), 'hex') as found
    from bahi.sealed_secret s where s.digest <> sha256(s.ciphertext)
    union
    select encode(d.digest, 'hex'), null
    from bahi.operator o cross join lateral (values (o.password_digest), (o.totp_digest)) as d (digest)
    where d.digest is not null and not exists (select from bahi.sealed_secret s where s.digest = d.digest)
    union
    select d.digest, null
    from bahi.customer c cross join lateral (select f ->> 4 as digest from jsonb_array_elements(c.factors) as f) as d
    where d.digest is not null and not exists (select from bahi.sealed_secret s where encode(s.digest, 'hex') = d.digest)
  ) as b
);
comment on function bahi.sealed_secret_broken is 'Sealed secrets that are not what their digest says, and those that a version of an operator or a customer names and that are not there: [digest, found].';
