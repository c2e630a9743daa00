create or replace function bahi.sealed_secret_put(p_ciphertexts bytea[]) returns integer
language sql volatile security definer set search_path = bahi, pg_temp
begin atomic
  insert into bahi.sealed_secret (digest, ciphertext)
  select sha256(c.ciphertext), c.ciphertext from unnest(p_ciphertexts) as c (ciphertext) on conflict do nothing;
  select cardinality(p_ciphertexts);
end;
comment on function bahi.sealed_secret_put is 'Keeps sealed secrets, before the event that names them by their digest.';
