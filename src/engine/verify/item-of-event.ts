/** An event as the item that it was: the command, who asked, and the key; an approval names the proposal in its envelope. */
import type { EventRecord } from '../../audit/event.ts';
import { parseId } from '../../kernel/id.ts';
import type { CarriedRow } from '../../ledger/period.ts';
import { fingerprintOf, type Group, type Item, makeItem } from '../command.ts';
import { approvalItem } from '../proposals/approval.ts';
import { actorOf, commandOf } from './command-of-event.ts';
import { unreadable } from './event-members.ts';

/** `carried` are the balances that stand beside the event. Fails with UnreadableEvent. */
export function itemOf(
  event: EventRecord,
  ledgerId: number,
  carried: readonly CarriedRow[],
  group: Group | undefined,
): Item {
  const { idempotency_key, request } = event;
  const actor = actorOf(event, ledgerId);
  const command = commandOf(event, ledgerId, carried);
  if (event.proposal === undefined)
    return makeItem(ledgerId, command, actor, idempotency_key, request, group);
  const proposal = parseId('prp', ledgerId, event.proposal) ?? unreadable('proposal');
  // What is approved is what was proposed: the fold takes no other hash.
  const approved = { proposal, hash: fingerprintOf(ledgerId, command) };
  return approvalItem(ledgerId, command, approved, actor, idempotency_key, request);
}
