/**
 * An approval as an item of its ledger's queue: the command that was proposed, asked for by the checker, under the checker's key.
 * Its fingerprint is the hash that the checker named, and the fold takes it only where that is what was proposed.
 */
import { formatId } from '../../kernel/id.ts';
import type { Actor, Command, Item } from '../command.ts';
import { storedKey } from '../stored-key.ts';

export const approvalItem = (
  ledgerId: number,
  command: Command,
  { proposal, hash }: { readonly proposal: number; readonly hash: string },
  actor: Actor,
  idempotencyKey: string,
  request: string,
): Item => ({
  command,
  actor,
  idempotencyKey,
  request,
  group: undefined,
  key: storedKey([actor.client, 'proposal.approve', formatId('prp', ledgerId, proposal)], idempotencyKey),
  fingerprint: hash,
  decides: proposal,
});
