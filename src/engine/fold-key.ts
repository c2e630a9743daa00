/**
 * Folding of API keys: made, given a successor, revoked. Standing is decided by what stands here, at the time of the event:
 * the moment at which a key ends is exact for every posting, whoever sends it through whichever process.
 */
import { isUsable } from '../identity/api-key.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import { type Actor, type Item, payloadOf } from './command.ts';
import { type CreateApiKey, newKeyJson, type RevokeApiKey, type RotateApiKey } from './command-key.ts';
import type { Decision, FoldContext } from './fold.ts';
import { apiKeyMac } from './keys/key-mac.ts';

const MICROS = 1_000_000;

export function foldApiKey(
  context: FoldContext,
  number: number,
  { actor }: Item,
  command: CreateApiKey | RevokeApiKey | RotateApiKey,
): Decision | FailureCode {
  if (command.type === 'key.rotate') return foldRotation(context, number, actor, command);
  const { state, rows } = context;
  if (command.type === 'key.create') {
    addKey(context, number, actor, command, command);
    return { outcome: 'done', code: '', data: payloadOf(command) };
  }
  const apiKey = state.apiKeys.get(command.apiKey);
  if (!apiKey || apiKey.revoked) return 'not_found';
  apiKey.revoked = true;
  apiKey.changed = number;
  rows.rare.revocations.push([String(command.apiKey), String(number)]);
  return {
    outcome: 'done',
    code: '',
    data: canonicalJson({ key: formatId('key', state.ledgerId, command.apiKey) }),
  };
}

/** One event makes the successor and sets the end of the key before it, which only ever comes nearer. */
function foldRotation(
  context: FoldContext,
  number: number,
  actor: Actor,
  command: RotateApiKey,
): Decision | FailureCode {
  const { state, rows, at } = context;
  const apiKey = state.apiKeys.get(command.apiKey);
  if (!apiKey) return 'not_found';
  const replaces = formatId('key', state.ledgerId, command.apiKey);
  const asked = { ...newKeyJson(command), replaces, overlap_seconds: command.overlapSeconds };
  if (apiKey.rotated || !isUsable(apiKey, at))
    return { outcome: 'refused', code: 'key_not_current', data: canonicalJson(asked) };
  const { client, scopes } = apiKey;
  const endsAt = Math.min(at + command.overlapSeconds * MICROS, apiKey.expiresAt ?? Number.MAX_SAFE_INTEGER);
  apiKey.expiresAt = endsAt;
  apiKey.rotated = true;
  apiKey.changed = number;
  addKey(context, number, actor, { client, scopes }, command);
  rows.rare.rotations.push([String(command.apiKey), String(number), String(endsAt)]);
  return {
    outcome: 'done',
    code: '',
    data: canonicalJson({ ...asked, client, scopes: [...scopes], ends_at: String(endsAt) }),
  };
}

function addKey(
  { state, rows }: FoldContext,
  number: number,
  actor: Actor,
  { client, scopes }: Pick<CreateApiKey, 'client' | 'scopes'>,
  { prefix, secretHash, expiresAt, networks = [], rate }: CreateApiKey | RotateApiKey,
): void {
  state.apiKeys.set(number, {
    id: number,
    client,
    scopes,
    expiresAt,
    revoked: false,
    rotated: false,
    madeBy: actor.name,
    changed: number,
  });
  const expiry = expiresAt === null ? null : String(expiresAt);
  const row = [String(number), client, prefix, secretHash, [...scopes], expiry];
  // Came later: where there is none, the row is what it was before, and so is every link.
  const later = rate === undefined ? (networks.length === 0 ? [] : [[...networks]]) : [[...networks], rate];
  rows.rare.api_keys.push([...row, ...later]);
  const signed = [client, prefix, secretHash, scopes, expiry, networks, rate ?? null] as const;
  rows.rare.api_key_macs.push([String(number), apiKeyMac(state.rowKey, state.ledgerId, number, signed)]);
}
