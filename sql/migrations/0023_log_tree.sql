-- The Merkle tree of each log (RFC 6962), and its signed checkpoints (C2SP tlog-checkpoint).
--
-- Leaves are the events themselves. Of the nodes above them every eighth level is stored, once all below is complete: one
-- row for 256 leaves, one more for 65,536. Any other node, any root and any proof follows from at most 256 of these a level
-- (the tiles of C2SP tlog-tiles). Rows come in with the checkpoint that covers them, and a log has one root for each size.

create table bahi.log_key (
  key_number integer not null,
  public_key bytea not null,
  sealed bytea not null,
  mac bytea not null,
  created_at timestamptz not null default now(),
  constraint log_key_pkey primary key (key_number),
  constraint key_number_is_positive check (key_number > 0),
  constraint public_key_is_of_ed25519 check (length(public_key) = 32),
  constraint mac_is_a_sha256 check (length(mac) = 32)
);
comment on table bahi.log_key is 'Keys that sign the checkpoints of this installation''s logs (Ed25519).';
comment on column bahi.log_key.sealed is 'The private key, sealed under the data key for secrets: AES-256-GCM, bound to this row.';
comment on column bahi.log_key.mac is 'HMAC-SHA-256 of the row under a key outside the database: whoever inserts a key has none.';

create table bahi.tree_node (
  ledger_id integer not null,
  level smallint not null,
  position bigint not null,
  hash bytea not null,
  constraint tree_node_pkey primary key (ledger_id, level, position),
  constraint level_is_of_tiles check (level between 1 and 5),
  constraint position_is_not_negative check (position >= 0),
  constraint hash_is_a_sha256 check (length(hash) = 32)
);
comment on table bahi.tree_node is 'Roots of the complete subtrees of 256, 65,536, … leaves of each log that a checkpoint covers.';
comment on column bahi.tree_node.level is 'The subtree has 256 to this power leaves.';
comment on column bahi.tree_node.position is 'From 0, from the left: the first leaf is the event of number position * 256^level + 1.';
comment on column bahi.tree_node.hash is 'RFC 6962: SHA-256(0x01 || left || right).';

create table bahi.checkpoint (
  ledger_id integer not null,
  size bigint not null,
  previous_size bigint not null,
  root bytea not null,
  note text collate "C" not null,
  signed_at timestamptz not null default clock_timestamp(),
  constraint checkpoint_pkey primary key (ledger_id, size),
  constraint size_is_above_the_previous check (size > previous_size and previous_size >= 0),
  constraint root_is_a_sha256 check (length(root) = 32)
);
comment on table bahi.checkpoint is 'What the signer said of each log: its root at a size. Published outside the database as soon as it stands here.';
comment on column bahi.checkpoint.size is 'Leaves, so the number of the newest event that it covers: the last one of a batch.';
comment on column bahi.checkpoint.previous_size is 'Size of the checkpoint before it; 0 for the first. No checkpoint is signed twice or skipped.';
comment on column bahi.checkpoint.note is 'The signed note (C2SP): origin, size, root, and signatures.';

do $$
declare t text;
begin
  foreach t in array array['log_key', 'tree_node', 'checkpoint'] loop
    execute format('create trigger history_is_append_only before update or delete or truncate on bahi.%I for each statement execute function bahi.refuse_change()', t);
  end loop;
end $$;
