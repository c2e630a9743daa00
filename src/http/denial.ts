/**
 * Notes who was denied what: in memory, on the way of the answer, so that it costs no time and waits for nothing; the events
 * come in the background (engine/denials). Failures of those who sign in are noted where they are decided.
 */
import type { Engine } from '../engine/use-case.ts';
import { FAILURES, FailureError } from '../kernel/failure.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import type { Admission } from './admit.ts';
import type { RequestContext } from './answer.ts';
import { EndedCredential } from './authenticate.ts';
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
  const caller = c.get('caller');
  if (error instanceof EndedCredential) denials.known(error.ledgerId, error.who, name, code);
  else if (caller === undefined) {
    if (code !== 'sign_in_failed' && code !== 'invitation_invalid')
      denials.unknown(addressOf(c.env.incoming), name, code);
  } else {
    const { actor, ledgerId, session } = caller;
    if (actor.operator === undefined) denials.known(ledgerId, { key: actor.name }, name, code);
    else denials.known(INSTALLATION_LEDGER, sessionCaller(actor.operator, session ?? 0), name, code);
  }
}
