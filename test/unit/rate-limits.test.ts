/** How requests are handed out in one server, and by several out of one bucket. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Lot, RateBucket } from '../../src/engine/keys/store.ts';
import { lotOf, RateLimits } from '../../src/http/rate-limits.ts';
import { parseRate, type Rate } from '../../src/identity/rate.ts';
import { defined } from '../../src/kernel/assert.ts';

const rateOf = (text: string): Rate => defined(parseRate(text), 'a rate');
const app = { ledgerId: 1, actor: { name: 'key', client: 'app', apiKey: 1 } };

/** A clock that stands until it is moved, buckets as the database keeps them, and servers over them. */
function world(servers = 1) {
  const state = { ms: 0, calls: 0, isAway: false };
  const buckets = new Map<string, { requests: number; ms: number }>();
  const takeRequests = async (bucket: RateBucket, lot: number): Promise<Lot> => {
    state.calls++;
    if (state.isAway) throw new Error('away');
    const { requests, seconds } = bucket.rate;
    const name = JSON.stringify([bucket.ledgerId, bucket.client, bucket.kind, bucket.rate.text]);
    const was = buckets.get(name) ?? { requests, ms: state.ms };
    const left = Math.min(requests, was.requests + ((state.ms - was.ms) / 1000 / seconds) * requests);
    const taken = Math.min(lot, Math.floor(left + 1e-6));
    buckets.set(name, { requests: left - taken, ms: state.ms });
    const waitMs = Math.ceil((Math.max(0, 1 - left + taken) * seconds * 1000) / requests);
    return { taken, left: Math.floor(left - taken), waitMs };
  };
  const clock = { monotonicMs: () => state.ms };
  const limits = Array.from({ length: servers }, () => new RateLimits({ clock, takeRequests }));
  const send = async (count: number, rate: Rate, server = 0): Promise<number> => {
    const one = defined(limits[server], 'a server');
    const verdicts = await Promise.all(Array.from({ length: count }, () => one.take(app, rate, 'write')));
    return verdicts.filter(({ allowed }) => allowed).length;
  };
  return { state, limits, send, one: defined(limits[0], 'a server') };
}

describe('one server', () => {
  test('lets in what the bucket holds, then as much as comes in', async () => {
    const { send, state } = world();
    const rate = rateOf('100/s');
    expect(await send(150, rate)).toBe(100);
    state.ms = 500;
    expect(await send(150, rate)).toBe(50);
    state.ms = 100_000;
    expect(await send(150, rate)).toBe(100);
  });

  test('asks once for a lot, once more for all who came meanwhile, and not at all while it knows that there is nothing', async () => {
    const { one, send, state } = world();
    const rate = rateOf('1000/s');
    expect(lotOf(rate)).toBe(50);
    for (let i = 0; i < 50; i++) await one.take(app, rate, 'write');
    expect(state.calls).toBe(1);
    await send(300, rate);
    expect(state.calls).toBe(3);
    await send(1000, rate);
    const { calls } = state;
    expect(await send(1000, rate)).toBe(0);
    expect(state.calls).toBe(calls);
  });

  test('keeps nothing for itself that it has not handed out within a second', async () => {
    const { send, state } = world();
    const rate = rateOf('1000/s');
    expect(await send(1, rate)).toBe(1);
    state.ms = 10_000;
    expect(await send(1200, rate)).toBe(1000);
  });

  test('says what is left, and when to come again', async () => {
    const { one, state } = world();
    const rate = rateOf('2/m');
    const verdicts = [];
    for (let i = 0; i < 3; i++) verdicts.push(await one.take(app, rate, 'read'));
    expect(verdicts.map(({ allowed, headers }) => [allowed, headers])).toEqual([
      [true, { 'RateLimit-Policy': '"read";q=2;w=60', RateLimit: '"read";r=1' }],
      [true, { 'RateLimit-Policy': '"read";q=2;w=60', RateLimit: '"read";r=0' }],
      [false, { 'RateLimit-Policy': '"read";q=2;w=60', RateLimit: '"read";r=0;t=30', 'Retry-After': '30' }],
    ]);
    state.ms = 29_999;
    expect((await one.take(app, rate, 'read')).allowed).toBe(false);
    state.ms = 30_000;
    expect((await one.take(app, rate, 'read')).allowed).toBe(true);
  });

  test('counts each class, client, ledger and rate for itself', async () => {
    const { one } = world();
    const rate = rateOf('1/h');
    const other = { ...app, actor: { ...app.actor, client: 'other' } };
    for (const kind of ['read', 'write', 'bulk'] as const)
      for (const caller of [app, other, { ...app, ledgerId: 2 }]) {
        expect((await one.take(caller, rate, kind)).allowed).toBe(true);
        expect((await one.take(caller, rate, kind)).allowed).toBe(false);
      }
    expect((await one.take(app, rateOf('2/h'), 'read')).allowed).toBe(true);
  });

  test('takes no request from whoever gives it back, and gives nobody more than a lot for it', async () => {
    const { one, state } = world();
    const rate = rateOf('1/h');
    for (let i = 0; i < 5; i++) {
      const verdict = await one.take(app, rate, 'write');
      expect(verdict.allowed).toBe(true);
      for (let j = 0; j < 3; j++) verdict.giveBack();
    }
    expect(state.calls).toBe(1);
    expect((await one.take(app, rate, 'write')).allowed).toBe(true);
    expect((await one.take(app, rate, 'write')).allowed).toBe(false);
  });

  test('lets nobody in whom it cannot count, and asks again the next time', async () => {
    const { one, state } = world();
    state.isAway = true;
    await expect(one.take(app, rateOf('5/s'), 'write')).rejects.toThrow('away');
    state.isAway = false;
    expect((await one.take(app, rateOf('5/s'), 'write')).allowed).toBe(true);
  });
});

test('several servers together let in no more than the bucket, what comes in, and a lot each', async () => {
  const rate = rateOf('200/s');
  const turn = fc.record({
    server: fc.integer({ min: 0, max: 2 }),
    count: fc.integer({ min: 1, max: 120 }),
    laterMs: fc.integer({ min: 0, max: 400 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 5, maxLength: 40 }), async (turns) => {
      const { send, state } = world(3);
      const sent: { ms: number; count: number }[] = [];
      for (const { server, count, laterMs } of turns) {
        state.ms += laterMs;
        sent.push({ ms: state.ms, count: await send(count, rate, server) });
      }
      for (const [i, { ms: from }] of sent.entries()) {
        let count = 0;
        for (const one of sent.slice(i)) {
          count += one.count;
          const most = rate.requests + ((one.ms - from) / 1000) * rate.requests + 3 * lotOf(rate);
          expect(count).toBeLessThanOrEqual(most);
        }
      }
    }),
  );
});
