/** What the table calls a request that is carried out, and what comes of it. */
import { defined } from '../../src/kernel/assert.ts';
import { parseMoment } from '../../src/kernel/clock.ts';
import type { Predicted } from '../support/model-outcomes.ts';
import { refusal } from './http-outcomes.ts';
import type { Ask, ClockBody } from './table.ts';
import { MICROS } from './transfer-bodies.ts';

/** What a request that is carried out comes to; of a batch its i-th item. */
export function wordOf(ask: Ask, i = 0): string {
  const body = ask.ask === 'transfer' ? ask.body : ask.ask === 'batch' ? ask.items[i] : undefined;
  if (body?.hold) return 'held';
  if (body?.scheduled_in !== undefined) return 'scheduled';
  const posting = ['transfer', 'capture', 'reverse', 'adjust', 'batch', 'execute', 'authorize'];
  return posting.includes(ask.ask) ? 'posted' : 'done';
}

/** What is asked for, or its i-th item. */
export function nameOf(ask: Ask, i = 0): string | undefined {
  if (ask.ask === 'batch') return ask.items[i]?.named;
  if (ask.ask === 'pool') return `pool ${ask.body.name}`;
  return ask.ask === 'close' ? '@close' : 'named' in ask ? ask.named : undefined;
}

/** What an implementation predicts or recorded, in the words of the table. */
export function outcomesOf(
  ask: Ask,
  all: readonly (Predicted & { readonly leg?: number | undefined; readonly isHeld?: boolean })[],
): string | string[] {
  const outcomes = all.map((one, i) => {
    if (one.kind === 'failed') return `failed ${one.code}`;
    const word = one.proposed ? 'proposed' : one.isHeld ? 'held' : wordOf(ask, i);
    const outcome = one.code === '' ? word : refusal(one.code, one.leg);
    return one.kind === 'replay' ? `replay ${outcome}` : outcome;
  });
  return ask.ask === 'batch' ? outcomes : (outcomes[0] ?? 'passed');
}

export const movedTo = ({ advance_seconds: seconds = 0, to }: ClockBody, now: number): number =>
  to === undefined ? now + seconds * MICROS : defined(parseMoment(to), 'a time');
