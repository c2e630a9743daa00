/**
 * Answers are for ever: the stored event of schema 1 on the left, the bytes that a client hears on the right. A file
 * here never changes; whoever changes an answer's shape or a problem's words adds a schema version.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EventRecord, parseEvent } from '../../src/audit/event.ts';
import { problem } from '../../src/engine/problem.ts';
import { proposed } from '../../src/engine/proposals/proposal-view.ts';
import { renderAnswer } from '../../src/engine/render.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { canonicalJson, type Json } from '../../src/kernel/canonical-json.ts';
import { FAILURE_CODES, FAILURES } from '../../src/kernel/failure.ts';

interface Golden {
  readonly name: string;
  readonly event: string;
  readonly status: number;
  readonly body: string;
}

const DIRECTORY = join(import.meta.dirname, 'golden');
const GOLDEN = readdirSync(DIRECTORY).map((file): Golden => {
  const read = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as Omit<Golden, 'name'>;
  return { name: file.replace(/\.json$/, ''), ...read };
});

/** What is approved is recorded as itself, and an authorisation is a capture that says with what it was authorised. */
const useCaseOf = ({ type, proposal, data }: Pick<EventRecord, 'type' | 'proposal' | 'data'>): string =>
  proposal !== undefined ? 'proposal.approve' : 'authorization' in data ? 'transfer.authorize' : type;

describe.each(GOLDEN)('$name', ({ event, status, body }) => {
  test('is answered with the same status and the same bytes as ever', () => {
    const answer = renderAnswer(event, true);
    expect([answer.status, JSON.stringify(answer.body), answer.replayed]).toEqual([status, body, true]);
  });

  test('is an event in canonical form, and its answer is what the interface promises', () => {
    expect(canonicalJson(JSON.parse(event) as Json)).toBe(event);
    const { outcome, ...of } = parseEvent(event);
    const type = useCaseOf(of);
    const promised = outcome === 'proposed' ? proposed : USE_CASES.find(({ name }) => name === type)?.output;
    const shown =
      (type === 'key.create' || type === 'key.rotate') && outcome !== 'refused'
        ? { token: 'shown once', ...JSON.parse(body) }
        : JSON.parse(body);
    expect((outcome === 'refused' ? problem : promised)?.safeParse(shown).error).toBeUndefined();
  });
});

describe('the files', () => {
  const events = GOLDEN.map(({ event }) => parseEvent(event));

  test.each(FAILURE_CODES.filter((code) => FAILURES[code].kind === 'refused'))(
    'hold a refusal %s',
    (code) => {
      expect(events.filter((event) => event.code === code && event.outcome === 'refused')).toHaveLength(1);
    },
  );

  test.each(USE_CASES.filter(({ kind }) => kind === 'command').map(({ name }) => name))(
    'hold a %s',
    (name) => {
      expect(events.some((event) => useCaseOf(event) === name && event.outcome !== 'refused')).toBe(true);
    },
  );
});

test('an event of a schema that this reader does not know is not answered by a guess', () => {
  const { event } = GOLDEN[0] as Golden;
  expect(() => renderAnswer(event.replace('"schema":1', '"schema":2'), true)).toThrow('schema 1');
});
