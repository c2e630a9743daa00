/** Folding of a customer's switch, and what it and the wait behind a raised cap come to for payments. */
import { newCustomer } from '../identity/factor.ts';
import { resumed, stopped, waiting } from '../identity/stop.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { formatMicros } from '../kernel/clock.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import type { Leg, Refusal } from '../ledger/transfer.ts';
import type { Item } from './command.ts';
import { type StopCommand, stopPayload } from './customers/stop-command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { keepCustomer } from './fold-factor.ts';
import { hasScope, type LedgerState } from './state.ts';

export function foldStop(
  context: FoldContext,
  number: number,
  { actor }: Item,
  command: StopCommand,
): Decision | FailureCode {
  const { state, at } = context;
  const scope = command.type === 'customer.stop' ? 'payments:stop' : 'payments:resume';
  if (!hasScope(state, actor, scope)) return 'forbidden';
  const { customer } = command;
  const known = state.customer(customer) ?? newCustomer(number, customer);
  const payload = stopPayload(command, (factor) => formatId('fac', state.ledgerId, factor));
  const data: Record<string, Json> = { customer, ...payload };
  if (command.type === 'customer.stop') {
    const next = stopped(known, number, at);
    if (next !== known) keepCustomer(context, next);
    return { outcome: 'done', code: '', data: canonicalJson(data) };
  }
  const { code, next } = resumed(known, command.resumption, number, at);
  // A wrong code is counted.
  if (next !== known) keepCustomer(context, next);
  if (code !== '') return { outcome: 'refused', code, data: canonicalJson(data) };
  const from = formatMicros(next.waitsUntil ?? at);
  return { outcome: 'done', code, data: canonicalJson({ ...data, authorizes_from: from }) };
}

/** The first leg that somebody pays who has stopped all payments; undefined: none. */
export function stoppedPayer(
  { stops }: LedgerState,
  legs: readonly Pick<Leg, 'debit'>[],
): (Pick<Refusal, 'leg'> & { readonly code: 'payments_stopped' }) | undefined {
  if (stops.isEmpty) return undefined;
  const leg = legs.findIndex(({ debit }) => debit && stops.has(debit.identity.owner));
  return leg < 0 ? undefined : { code: 'payments_stopped', leg };
}

/** Behind a raised cap the customer authorises nothing for a while. True where there is one who waits. */
export function waitBehind(
  context: FoldContext,
  number: number,
  owner: string | null,
  seconds: number | undefined,
): boolean {
  // Whoever has no factor and gets one waits for it.
  const customer = owner === null || seconds === undefined ? undefined : context.state.customer(owner);
  if (!customer || seconds === undefined) return false;
  keepCustomer(context, waiting(customer, seconds, number, context.at));
  return true;
}
