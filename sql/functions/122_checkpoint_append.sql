-- The only way in for checkpoints and for nodes of the tree. One statement, therefore one transaction.
--   locks        none of the log itself: posting goes on. The signer's session lock makes it one signer; the fence and the
--                key (ledger, size) are what keeps it safe without
--   outcomes     'done' | 'lock' (this session is not the signer) | 'size' (another checkpoint came first, or there is no batch
--                that ends there): nothing stored
create or replace function bahi.checkpoint_append(
  p_ledger integer, p_previous_size bigint, p_size bigint, p_root text, p_note text,
  p_levels smallint[], p_positions bigint[], p_hashes text
) returns text language plpgsql volatile security definer
set search_path = bahi, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  v_size bigint;
  v_hashes bytea := decode(p_hashes, 'hex');
begin
  if current_setting('transaction_isolation') <> 'read committed' or current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    raise exception 'checkpoints need read committed and synchronous commit' using errcode = 'invalid_transaction_state';
  end if;
  if not signing_lock_is_held() then
    return 'lock';
  end if;
  select c.size into v_size from checkpoint c where c.ledger_id = p_ledger order by c.size desc limit 1;
  if coalesce(v_size, 0) <> p_previous_size or p_size <= p_previous_size or not exists (select from batch b where b.ledger_id = p_ledger and b.last_number = p_size) then
    return 'size';
  end if;
  if length(v_hashes) <> 32 * cardinality(p_levels) or cardinality(p_positions) <> cardinality(p_levels) then
    raise exception 'levels, positions and hashes differ in number' using errcode = 'data_exception';
  end if;
  insert into tree_node (ledger_id, level, position, hash)
  select p_ledger, p_levels[i], p_positions[i], substr(v_hashes, (i - 1) * 32 + 1, 32) from generate_series(1, cardinality(p_levels)) as i;
  insert into checkpoint (ledger_id, size, previous_size, root, note)
  values (p_ledger, p_size, p_previous_size, decode(p_root, 'hex'), p_note);
  return 'done';
end $$;
comment on function bahi.checkpoint_append is 'Stores a signed checkpoint with the nodes that it completes, behind the one that it was made from.';
