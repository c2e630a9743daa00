/** The envelope of an event is canonical JSON although it is written by hand. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchTexts, type Envelope, eventBody, parseEvent } from '../../src/audit/event.ts';
import { payloadOf } from '../../src/engine/command.ts';
import { canonicalJson } from '../../src/kernel/canonical-json.ts';
import { FAILURE_CODES } from '../../src/kernel/failure.ts';
import { LEDGER_ID_MAX, NUMBER_MAX } from '../../src/kernel/id.ts';
import { anyCommand, token } from '../support/arbitrary-commands.ts';

const number = fc.integer({ min: 1, max: NUMBER_MAX });
const envelope: fc.Arbitrary<Omit<Envelope, 'type'>> = fc.record({
  actor: token,
  client: token,
  code: fc.constantFrom('', ...FAILURE_CODES),
  group: fc.option(fc.record({ first: number, size: fc.integer({ min: 1, max: 1000 }) }), { nil: undefined }),
  idempotencyKey: token,
  leg: fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }),
  number,
  outcome: fc.constantFrom('posted' as const, 'refused' as const, 'done' as const),
  request: token,
});

test('the body of every event is canonical JSON, byte for byte, and says what it was given', () => {
  fc.assert(
    fc.property(
      envelope,
      anyCommand,
      fc.integer({ min: 0, max: LEDGER_ID_MAX }),
      fc.integer({ min: 0, max: 7_000_000_000_000_000 }),
      (given, command, ledgerId, at) => {
        const texts = batchTexts(ledgerId, at);
        const body = eventBody(texts, { ...given, type: command.type }, payloadOf(command));
        expect(body).toBe(canonicalJson(JSON.parse(body)));
        const { actor, client, code, group, idempotencyKey, leg, outcome, request } = given;
        expect(parseEvent(body)).toEqual({
          actor,
          at: texts.at,
          client,
          ...(code === '' ? {} : { code }),
          data: JSON.parse(payloadOf(command)),
          ...(group === undefined ? {} : { group: { first: String(group.first), size: group.size } }),
          idempotency_key: idempotencyKey,
          ledger: texts.ledger,
          ...(leg === undefined ? {} : { leg }),
          number: String(given.number),
          outcome,
          request,
          schema: 1,
          type: command.type,
        });
      },
    ),
    { numRuns: 300 },
  );
});
