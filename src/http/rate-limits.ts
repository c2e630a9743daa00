/**
 * How many requests a client may send: a token bucket for each client, class of routes and rate, in the database, so that all
 * servers share it. A server takes requests out of it in lots of a twentieth of a second's worth (one, below 40 a second) and
 * hands them out from memory, so a busy client costs some twenty calls a second and server, whatever it sends; one that has
 * used up its bucket costs one call for each request that it gets back. A key without a rate costs one comparison.
 *
 * Exact to lots: what servers have taken and not handed out lapses after a second. So in any time t a client sends at most
 * what a full bucket holds, what comes in during t, and a lot for each server; and may be refused as much earlier.
 *
 * Headers: draft-ietf-httpapi-ratelimit-headers-11 (23 May 2026), §3 and §4.
 */
import type { Lot, RateBucket } from '../engine/keys/store.ts';
import type { UseCase } from '../engine/use-case.ts';
import type { Rate } from '../identity/rate.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Authenticated } from './authenticate.ts';

/**
 * Classes of routes: each has the whole of the rate. A batch or a stream is one request, whatever is in it. What is sent before
 * anybody is known is counted by its source.
 */
export type RouteClass = 'read' | 'write' | 'bulk' | 'sign_in';

export function classOf({ kind, permission }: Pick<UseCase, 'kind' | 'permission'>): RouteClass {
  if (permission === 'anyone') return 'sign_in';
  return kind === 'query' ? 'read' : kind === 'batch' ? 'bulk' : 'write';
}

export interface RateVerdict {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** The request was the retry of one that was answered before: it does not count. */
  giveBack(): void;
}

export interface RateLimitsDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Fails with DatabaseFault. */
  takeRequests(bucket: RateBucket, lot: number): Promise<Lot>;
}

const LOTS_A_SECOND = 20;
const HELD_MS = 1000;
const BUCKETS_MAX = 10_000;

/** How many requests a server takes at once. */
export const lotOf = ({ requests, seconds }: Rate): number =>
  Math.max(1, Math.floor(requests / seconds / LOTS_A_SECOND));

/** What this server knows of one bucket. */
interface Share {
  readonly bucket: RateBucket;
  /** Taken and not handed out, until `heldUntilMs`. */
  held: number;
  heldUntilMs: number;
  /** In the bucket, when it was last asked. */
  left: number;
  emptyUntilMs: number;
  waiting: number;
  asking: Promise<void> | undefined;
}

export class RateLimits {
  readonly #deps: RateLimitsDeps;
  readonly #shares = new Map<string, Share>();

  constructor(deps: RateLimitsDeps) {
    this.#deps = deps;
  }

  /** Counts one request. Fails with DatabaseFault: whoever cannot be counted is not let in. */
  async take(
    { ledgerId, actor: { client } }: Pick<Authenticated, 'ledgerId' | 'actor'>,
    rate: Rate,
    kind: RouteClass,
  ): Promise<RateVerdict> {
    const share = this.#shareOf({ ledgerId, client, kind, rate });
    share.waiting++;
    try {
      while (!this.#handOut(share)) {
        const waitMs = share.emptyUntilMs - this.#deps.clock.monotonicMs();
        if (waitMs > 0) return refused(share.bucket, waitMs);
        share.asking ??= this.#ask(share);
        await share.asking;
      }
    } finally {
      share.waiting--;
    }
    return {
      allowed: true,
      headers: headersOf(share.bucket, `r=${share.left + share.held}`),
      giveBack: () => {
        if (share.held < lotOf(rate)) share.held++;
        share.heldUntilMs = this.#deps.clock.monotonicMs() + HELD_MS;
      },
    };
  }

  #shareOf(bucket: RateBucket): Share {
    const { ledgerId, client, kind, rate } = bucket;
    const name = `${ledgerId}/${kind}/${rate.text}/${client}`;
    const known = this.#shares.get(name);
    if (known) return known;
    // What is forgotten with them is a lot each.
    if (this.#shares.size >= BUCKETS_MAX) this.#shares.clear();
    const share = {
      bucket,
      held: 0,
      heldUntilMs: 0,
      left: 0,
      emptyUntilMs: 0,
      waiting: 0,
      asking: undefined,
    };
    this.#shares.set(name, share);
    return share;
  }

  #handOut(share: Share): boolean {
    if (share.held > 0 && this.#deps.clock.monotonicMs() >= share.heldUntilMs) share.held = 0;
    if (share.held === 0) return false;
    share.held--;
    return true;
  }

  /** One call at a time for each bucket, for all who wait. */
  async #ask(share: Share): Promise<void> {
    try {
      const lot = Math.max(lotOf(share.bucket.rate), share.waiting);
      const { taken, left, waitMs } = await this.#deps.takeRequests(share.bucket, lot);
      const nowMs = this.#deps.clock.monotonicMs();
      share.held += taken;
      share.heldUntilMs = nowMs + HELD_MS;
      share.left = left;
      if (taken === 0) share.emptyUntilMs = nowMs + Math.max(1, waitMs);
    } finally {
      share.asking = undefined;
    }
  }
}

function refused(bucket: RateBucket, waitMs: number): RateVerdict {
  const seconds = Math.ceil(waitMs / 1000);
  return {
    allowed: false,
    headers: { ...headersOf(bucket, `r=0;t=${seconds}`), 'Retry-After': String(seconds) },
    giveBack: () => {},
  };
}

const headersOf = ({ kind, rate }: RateBucket, limit: string): Readonly<Record<string, string>> => ({
  'RateLimit-Policy': `"${kind}";q=${rate.requests};w=${rate.seconds}`,
  RateLimit: `"${kind}";${limit}`,
});
