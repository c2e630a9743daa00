/**
 * Checks of files that others hand over: proofs in the JSON of transparency-dev/merkle's test vectors, checkpoints as
 * signed notes, and the canonical form of any JSON. They need no database and nothing of ours but the code.
 */
import { z } from 'zod';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import { consistencyFlaw, inclusionFlaw, PROOF_FLAWS } from '../../audit/merkle.ts';
import { openNote, parseNoteKey } from '../../audit/note.ts';
import { strictBase64 } from '../../kernel/base64.ts';
import { canonicalJson, type Json } from '../../kernel/canonical-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { parseStrictJson } from '../../kernel/strict-json.ts';

/** Undefined: it holds; else why it does not. */
export type Verdict = string | undefined;

const UINT64_MAX = 2n ** 64n - 1n;

const size = z
  .bigint('is no whole number')
  .min(0n, 'is below zero')
  .max(UINT64_MAX, 'is above 18446744073709551615');
const bytes = z.string('is no text').transform((text, context) => {
  const decoded = strictBase64(text);
  if (decoded) return decoded;
  context.addIssue({ code: 'custom', message: 'is no base64' });
  return z.NEVER;
});
/** What writes these files says null for none. */
const hashes = z.nullish(z.array(bytes, 'is no list')).transform((list) => list ?? []);

const inclusion = z.object({ leafIdx: size, treeSize: size, root: bytes, leafHash: bytes, proof: hashes });
const consistency = z.object({ size1: size, size2: size, root1: bytes, root2: bytes, proof: hashes });

const wholeNumber = (written: string): unknown =>
  /^-?(0|[1-9][0-9]{0,30})$/.test(written) ? BigInt(written) : Number(written);

function read<T>(text: string, shape: z.ZodType<T>): Result<T, string> {
  const json = parseStrictJson(text, wholeNumber);
  if (!json.ok) return json;
  const fields = shape.safeParse(json.value);
  if (fields.success) return ok(fields.data);
  const [first] = fields.error.issues;
  return err(`${first?.path.join('.') || 'it'} ${first?.message ?? 'is malformed'}`);
}

export function checkInclusion(text: string): Verdict {
  const proof = read(text, inclusion);
  if (!proof.ok) return proof.error;
  const { leafIdx: leafIndex, ...rest } = proof.value;
  const flaw = inclusionFlaw({ leafIndex, ...rest });
  return flaw && PROOF_FLAWS[flaw];
}

export function checkConsistency(text: string): Verdict {
  const proof = read(text, consistency);
  if (!proof.ok) return proof.error;
  const flaw = consistencyFlaw(proof.value);
  return flaw && PROOF_FLAWS[flaw];
}

/** What a checkpoint says, once its signature holds. */
export interface CheckedCheckpoint {
  readonly origin: string;
  readonly size: string;
  /** Base64. */
  readonly root: string;
  readonly extensions: readonly string[];
  readonly signed_by: string;
  /** When a witness signed; null for a log's own signature. */
  readonly signed_at: string | null;
  readonly other_signatures: number;
}

/** `keyText` has one key, or several, a line each: while keys change, one that has signed is enough. */
export function checkCheckpoint(note: string, keyText: string): Result<CheckedCheckpoint, string> {
  const keys = keyText.trim().split(/\r?\n/).map(parseNoteKey);
  const wrong = keys.find((key) => !key.ok);
  if (wrong?.ok === false) return err(`--key: ${wrong.error}`);
  const tried = keys.flatMap((key) => (key.ok ? [{ key, opened: openNote(note, key.value) }] : []));
  const used = tried.find(({ opened }) => opened.ok) ?? tried[0];
  if (!used) return err('--key: there is none');
  const { key, opened } = used;
  if (!opened.ok) return opened;
  const checkpoint = parseCheckpoint(opened.value.text);
  if (!checkpoint.ok) return checkpoint;
  const { origin, size: leaves, root, extensions } = checkpoint.value;
  const { signedAt, otherSignatures } = opened.value;
  return ok({
    origin,
    size: String(leaves),
    root: root.toString('base64'),
    extensions,
    signed_by: key.value.name,
    signed_at: signedAt === undefined ? null : new Date(signedAt * 1000).toISOString(),
    other_signatures: otherSignatures,
  });
}

/** RFC 8785. Numbers are doubles there: one that a double cannot hold at all is refused. */
export function canonicalText(text: string): Result<string, string> {
  let beyond: string | undefined;
  const json = parseStrictJson(text, (written) => {
    const number = Number(written);
    if (!Number.isFinite(number)) beyond ??= written;
    return number;
  });
  if (!json.ok) return json;
  if (beyond !== undefined) return err(`the number ${beyond} is beyond a double`);
  return ok(canonicalJson(json.value as Json));
}
