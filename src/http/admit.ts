/** Lets a request in: an API key or an operator's session where one is needed, and then what each of them may do. */
import type { IncomingMessage } from 'node:http';
import { refuseWhileBusy } from '../engine/operators/even-time.ts';
import { operatorActor } from '../engine/operators/submit.ts';
import type { Engine } from '../engine/use-case.ts';
import { isSessionToken } from '../identity/operator-token.ts';
import type { Rate } from '../identity/rate.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import {
  type Authenticated,
  type Authenticator,
  authorize,
  bearerOf,
  requireAddress,
} from './authenticate.ts';
import { timesSent } from './body.ts';
import { admitOperator, type SessionReader } from './operator-session.ts';
import type { BoundRoute } from './routes.ts';

export interface Admission {
  readonly engine: Engine;
  readonly authenticate: Authenticator;
  readonly readSession: SessionReader;
  /** Whom a request comes from, if that can be told. */
  readonly addressOf: (incoming: IncomingMessage) => string | undefined;
  /** Of whom nobody is known yet, by source; undefined: any number. */
  readonly signInRate: Rate | undefined;
}

/** Told while somebody is let in. */
export interface Admitting {
  /** Who it is, before that is decided. */
  seen(caller: Authenticated): void;
  /** A client with a rate. Fails with `rate_limited`. */
  count(caller: Authenticated, rate: Rate): Promise<void>;
}

/** Before somebody is known. */
const ANYONE: Authenticated = {
  actor: { name: 'anyone', client: 'anyone', apiKey: undefined },
  ledgerId: INSTALLATION_LEDGER,
  scopes: [],
  sandbox: false,
  allows: undefined,
  rate: undefined,
};

/**
 * Where somebody forwards whom BAHI_TRUSTED_PROXIES does not name, the forwarder is the source: what it says of itself is anybody's
 * text, and would be another one each time.
 */
function fromSource(
  { denials }: Pick<Engine, 'denials'>,
  addressOf: Admission['addressOf'],
  incoming: IncomingMessage,
): Authenticated {
  const source = denials.sourceOf(addressOf(incoming) ?? incoming.socket.remoteAddress);
  return { ...ANYONE, actor: { ...ANYONE.actor, client: source } };
}

/** Of one that came twice, Node would take the first: two are none. */
const authorizationOf = (incoming: IncomingMessage): string | undefined =>
  timesSent(incoming, 'authorization') === 1 ? incoming.headers.authorization : undefined;

/** Fails with unauthenticated, address_not_permitted, rate_limited, forbidden; for operators also as `admitOperator`. */
export async function admit(
  { engine, authenticate, readSession, addressOf, signInRate }: Admission,
  incoming: IncomingMessage,
  route: BoundRoute,
  { seen, count }: Admitting,
): Promise<Authenticated> {
  const { kind, permission } = route.run;
  if (permission === 'anyone') {
    await refuseWhileBusy(engine);
    if (signInRate !== undefined) await count(fromSource(engine, addressOf, incoming), signInRate);
    return ANYONE;
  }
  const authorization = authorizationOf(incoming);
  const token = bearerOf(authorization);
  if (isSessionToken(token)) {
    const signedIn = await readSession(token);
    // Before it is denied, so that the log says whom.
    seen({ ...ANYONE, actor: operatorActor(signedIn.operator), session: signedIn.session.id });
    const caller = await admitOperator(engine, signedIn, route, incoming);
    seen(caller);
    return caller;
  }
  const caller = await authenticate(authorization, kind === 'query');
  seen(caller);
  // Keys have no business there, wherever they are used and however often.
  if (route.realm === 'operator') authorize(caller, route.realm, permission);
  requireAddress(caller, () => addressOf(incoming));
  if (caller.rate !== undefined) await count(caller, caller.rate);
  authorize(caller, route.realm, permission);
  return caller;
}
