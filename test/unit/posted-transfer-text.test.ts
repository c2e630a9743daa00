/** The answer that is cut out of an event is the one that is rendered from it, byte for byte. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchTexts, type Envelope, eventBody } from '../../src/audit/event.ts';
import { type CreateTransfer, payloadOf } from '../../src/engine/command.ts';
import { postedTransferAnswer, postedTransferText, renderAnswer } from '../../src/engine/render.ts';
import { LEDGER_ID_MAX, NUMBER_MAX } from '../../src/kernel/id.ts';
import { anyCommand, anyLeg, anyTransfer, token } from '../support/arbitrary-commands.ts';

const number = fc.integer({ min: 1, max: NUMBER_MAX });
const envelope: fc.Arbitrary<Omit<Envelope, 'type' | 'outcome' | 'code' | 'leg'>> = fc.record({
  actor: token,
  client: token,
  group: fc.option(fc.record({ first: number, size: fc.integer({ min: 1, max: 1000 }) }), {
    nil: undefined,
    freq: 3,
  }),
  idempotencyKey: token,
  number,
  request: token,
});

const plainTransfer = fc.record(
  {
    type: fc.constant('transfer.create' as const),
    legs: fc.array(anyLeg, { minLength: 1 }),
    reference: token,
  },
  { requiredKeys: ['type', 'legs'] },
);

test('for every posted transfer, or it leaves the answer to the other way', () => {
  let cutOut = 0;
  fc.assert(
    fc.property(
      envelope,
      fc.oneof(plainTransfer, anyTransfer, anyCommand),
      fc.integer({ min: 0, max: LEDGER_ID_MAX }),
      fc.integer({ min: 0, max: 7_000_000_000_000_000 }),
      (given, command, ledgerId, at) => {
        const outcome = command.type === 'transfer.create' ? 'posted' : 'done';
        const event = { ...given, type: command.type, outcome, code: '', leg: undefined } as const;
        const body = eventBody(batchTexts(ledgerId, at), event, payloadOf(command));
        const result = { number: given.number, fingerprint: '', code: '', body };
        const text = postedTransferText(result, ledgerId);
        if (text === undefined) return;
        cutOut++;
        const rendered = renderAnswer(body, true);
        expect(text).toBe(JSON.stringify(rendered.body));
        const { id } = rendered.body;
        expect(postedTransferAnswer(result, ledgerId, true)).toEqual({ ...rendered, text, id });
      },
    ),
    { numRuns: 2000 },
  );
  expect(cutOut).toBeGreaterThan(50);
});

test('a refusal, a group, metadata and the time of a source go the other way', () => {
  const leg = { debit: 'a', credit: 'b', amount: 100n, currency: 'INR' };
  const posted = { type: 'transfer.create', legs: [leg], reference: 'r' } as const;
  const event = {
    actor: 'key_1',
    client: 'app',
    code: '',
    group: undefined,
    idempotencyKey: 'k',
    leg: undefined,
    number: 7,
    outcome: 'posted',
    request: 'req_1',
    type: 'transfer.create',
  } as const;
  const texts = batchTexts(1, 0);
  const cutOut = (more: Partial<Envelope>, data: CreateTransfer): string | undefined => {
    const body = eventBody(texts, { ...event, ...more }, payloadOf(data));
    return postedTransferText({ number: 7, fingerprint: '', code: more.code ?? '', body }, 1);
  };
  expect(cutOut({}, posted)).toMatch(/^{"id":"trf_.*"legs":\[/);
  for (const [more, data] of [
    [{ outcome: 'refused', code: 'floor_breached', leg: 0 }, posted],
    [{ group: { first: 7, size: 2 } }, posted],
    [{}, { ...posted, metadata: { idempotency_key: 'x', '10': 'a', '9': 'b' } }],
    [{}, { ...posted, sourceTime: '","idempotency_key":"' }],
  ] as const)
    expect(cutOut(more, data)).toBeUndefined();
});
