/**
 * Notes who was denied what: in memory, on the way of the answer, so that it costs no time and waits for nothing; the events
 * come in the background (engine/denials). Failed sign-ins are noted where they are decided.
 */
import type { Engine } from '../engine/use-case.ts';
import { FAILURES, FailureError } from '../kernel/failure.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import type { RequestContext } from './answer.ts';
import { EndedCredential } from './authenticate.ts';
import type { Admission } from './admit.ts';
import { sessionCaller } from './operator-session.ts';
import type { BoundRoute } from './routes.ts';

/** Nothing is noted of what is no denial. */
export function noteDenial(
  c: RequestContext,
  { run: { name } }: BoundRoute,
  error: unknown,
  { engine, addressOf }: Pick<Admission, 'addressOf'> & { readonly engine: Pick<Engine, 'denials'> },
): void {
  if (!(error instanceof FailureError) || FAILURES[error.code].kind !== 'denied') return;
  const { denials } = engine;
  const { code } = error;
  if (code === 'sign_in_failed' || code === 'invitation_invalid') return;
  if (error instanceof EndedCredential) return denials.known(error.ledgerId, error.who, name, code);
  const caller = c.get('caller');
  if (caller === undefined) return denials.unknown(addressOf(c.env.incoming), name, code);
  const { actor, ledgerId, session } = caller;
  if (actor.operator === undefined) return denials.known(ledgerId, { key: actor.name }, name, code);
  denials.known(INSTALLATION_LEDGER, sessionCaller(actor.operator, session ?? 0), name, code);
}
