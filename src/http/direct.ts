/**
 * The short way of a command: a POST to a fixed path with a short body, which is what a flood is made of. Hono's request,
 * context and response took a fifth of the server's time for it, so it is answered without them, by the very steps of
 * the long way (app.ts). Whatever is not of the plainest form goes through Hono: a target or a Host that has to be
 * parsed to be judged, a query, a body that is long or whose length is not announced.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppEnv, AppVariables, RequestContext } from './answer.ts';
import type { BoundRoute } from './routes.ts';

/** True: this request is taken care of. */
export type DirectWay = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

/** Names that `@hono/node-server` takes as they are, too. */
const PLAIN_HOST = /^[a-z0-9._-]+(?::(?:[1-5]\d{3,4}|[6-9]\d{3}))?$/;
/** What Node reads and forgets when an answer goes out before the body was looked at. */
const BODY_BYTES_MAX = 65_536;

class DirectContext implements RequestContext {
  readonly env: AppEnv['Bindings'];
  readonly #variables: Partial<AppVariables> = {};

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.env = { incoming, outgoing };
  }

  get<Name extends keyof AppVariables>(name: Name): AppVariables[Name] {
    // As Hono's own: whoever reads a variable comes after the one who set it.
    return this.#variables[name] as AppVariables[Name];
  }

  set<Name extends keyof AppVariables>(name: Name, value: AppVariables[Name]): void {
    this.#variables[name] = value;
  }
}

/** `answer` settles every failure of its own; it writes the whole answer. */
export function directWay(
  routes: readonly BoundRoute[],
  answer: (c: RequestContext, route: BoundRoute) => Promise<void>,
): DirectWay {
  const byPath = new Map(
    routes
      .filter(({ method, run, pathParams }) => method === 'POST' && run.kind === 'command' && !pathParams[0])
      .map((route) => [route.path, route]),
  );
  return (incoming, outgoing) => {
    const route = incoming.method === 'POST' ? byPath.get(incoming.url ?? '') : undefined;
    if (route === undefined || !isPlain(incoming)) return false;
    void answer(new DirectContext(incoming, outgoing), route);
    return true;
  };
}

const isPlain = ({ headers }: IncomingMessage): boolean =>
  PLAIN_HOST.test(headers.host ?? '') && Number(headers['content-length']) <= BODY_BYTES_MAX;
