/**
 * The two ways to offer load over a number of connections, each of which carries one request at a time.
 *
 *   closed  a connection asks again when it is answered: throughput at a given concurrency. A slow answer holds the next
 *           request back, so its latencies leave out what those would have waited (coordinated omission).
 *   open    requests come due at a constant rate, whatever the server does; latency counts from the moment at which a
 *           request was due, as in wrk2. What is due and finds no connection free waits, and its wait is counted.
 */
import type { Connection } from './connection.ts';
import { Histogram } from './histogram.ts';
import type { Writer } from './requests.ts';
import { type Counts, count, noCounts } from './tally.ts';

export interface Lane {
  readonly connection: Connection;
  readonly write: Writer;
}

export interface Plan {
  readonly warmupSeconds: number;
  readonly seconds: number;
  /** Requests a second; undefined: closed loop. */
  readonly rate: number | undefined;
  /** Number of the first intent. */
  readonly first: number;
  /** Intents after which the numbers begin anew (replays); undefined: never. */
  readonly repeat: number | undefined;
}

export interface Offered {
  /** Of the whole run, for the comparison with what the ledger holds. */
  readonly total: Counts;
  /** Answered within the measured seconds. */
  readonly measured: Counts;
  readonly requests: number;
  readonly latency: Histogram;
  readonly readLatency: Histogram;
  /** Due in an open loop, never sent. */
  readonly unsent: number;
}

const SETTLE_MS = 15_000;

export function offer(lanes: readonly Lane[], plan: Plan): Promise<Offered> {
  const total = noCounts();
  const measured = noCounts();
  const latency = new Histogram();
  const readLatency = new Histogram();
  let requests = 0;
  let next = 0;
  let running = 0;
  const startMs = performance.now();
  const fromMs = startMs + plan.warmupSeconds * 1000;
  const endMs = fromMs + plan.seconds * 1000;

  const ask = ({ connection, write }: Lane, sinceMs: number, then: () => void): void => {
    const request = write(plan.first + (plan.repeat === undefined ? next : next % plan.repeat));
    next += Math.max(1, request.transfers);
    running++;
    connection.send(request.bytes, (answered) => {
      const nowMs = performance.now();
      running--;
      count(total, answered, request);
      if (nowMs >= fromMs && nowMs < endMs) {
        count(measured, answered, request);
        requests++;
      }
      if (sinceMs >= fromMs) (request.transfers > 0 ? latency : readLatency).addMs(nowMs - sinceMs);
      then();
    });
  };
  const unsent =
    plan.rate === undefined ? closed(lanes, ask, endMs) : open(lanes, ask, plan.rate, startMs, endMs);

  return new Promise((resolve) => {
    const settle = setInterval(() => {
      const nowMs = performance.now();
      if (nowMs < endMs || (running > 0 && nowMs < endMs + SETTLE_MS)) return;
      clearInterval(settle);
      total.failed += running;
      for (const dueMs of unsent()) if (dueMs >= fromMs) latency.addMs(endMs - dueMs);
      resolve({ total, measured, requests, latency, readLatency, unsent: unsent().length });
    }, 20);
  });
}

type Ask = (lane: Lane, sinceMs: number, then: () => void) => void;

function closed(lanes: readonly Lane[], ask: Ask, endMs: number): () => number[] {
  const again = (lane: Lane): void => {
    const nowMs = performance.now();
    if (nowMs < endMs) ask(lane, nowMs, () => again(lane));
  };
  lanes.forEach(again);
  return () => [];
}

/** The returned function tells when each request was due that was never sent. */
function open(
  lanes: readonly Lane[],
  ask: Ask,
  rate: number,
  startMs: number,
  endMs: number,
): () => number[] {
  const idle = [...lanes];
  const dueMs = (k: number): number => startMs + (k * 1000) / rate;
  let sent = 0;
  const sendDue = (): void => {
    const nowMs = performance.now();
    if (nowMs >= endMs) clearInterval(clock);
    while (idle.length > 0 && dueMs(sent) <= nowMs && nowMs < endMs) {
      const lane = idle.pop() as Lane;
      ask(lane, dueMs(sent++), () => {
        idle.push(lane);
        if (dueMs(sent) <= performance.now()) sendDue();
      });
    }
  };
  const clock = setInterval(sendDue, 1);
  return () => {
    const late = [];
    for (let k = sent; dueMs(k) < endMs; k++) late.push(dueMs(k));
    return late;
  };
}
