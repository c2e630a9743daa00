/** An engine that a test can break for a while: posting or reading fails, or posting waits until the test lets it go. */
import type { Engine } from '../../src/engine/use-case.ts';

export interface Breakage {
  /** Thrown in place of posting. */
  readonly posting?: unknown;
  /** Rejected in place of every read but that of the API key. */
  readonly reading?: unknown;
  readonly halted?: boolean;
  /** Called when something came to be posted, which then waits for `until`. */
  readonly arrived?: () => void;
  readonly until?: Promise<void>;
}

export interface Breakable {
  readonly wrap: (engine: Engine) => Engine;
  broken: Breakage;
}

export function breakable(): Breakable {
  const state: Breakable = { broken: {}, wrap: (engine) => wrap(engine, state) };
  return state;
}

function wrap(engine: Engine, state: Breakable): Engine {
  const posters = new Proxy(engine.posters, {
    get: (target, name) => {
      if (name === 'submit' && state.broken.posting !== undefined)
        return () => {
          throw state.broken.posting;
        };
      const { arrived, until } = state.broken;
      if (name === 'submit' && arrived && until)
        return (...call: Parameters<typeof target.submit>) => {
          const [, items] = call;
          const results = until.then(() => Promise.all(target.submit(...call)));
          arrived();
          return items.map((_, i) => results.then((settled) => settled[i]));
        };
      if (name === 'halted' && state.broken.halted) return [{ ledgerId: 1, why: 'a test' }];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const reads = new Proxy(engine.reads, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (state.broken.reading !== undefined && name !== 'findApiKey')
        return () => Promise.reject(state.broken.reading);
      return value.bind(target);
    },
  });
  return { ...engine, posters, reads };
}
