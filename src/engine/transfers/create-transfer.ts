/** POST /v1/transfers: one transfer with one or more legs, posted or held whole, scheduled, or refused. */
import type { z } from 'zod';
import { assert } from '../../kernel/assert.ts';
import { exponentOf } from '../../kernel/currency.ts';
import { parseAmount } from '../../kernel/money.ts';
import type { CreateTransfer, LegRequest } from '../command.ts';
import { type Exchange, type ExchangeRequest, legsOf, resultOf } from '../exchange.ts';
import { post, useCase } from '../use-case.ts';
import { exchangeOf, type SentExchange } from './exchange-request.ts';
import { arePlainLegs, isObject } from './plain-legs.ts';
import { transferRequest } from './transfer-request.ts';
import { transfer } from './transfer-view.ts';

export const createTransfer = useCase({
  name: 'transfer.create',
  summary: 'Post a transfer',
  permission: 'transfers:write',
  kind: 'command',
  input: transferRequest,
  plainInput,
  output: transfer,
  run: (engine, call) => post(engine, call, transferCommand(call.input)),
});

/** A transfer of legs and nothing else, as it was sent. */
function plainInput(sent: unknown): z.output<typeof transferRequest> | undefined {
  if (!isObject(sent) || Object.keys(sent).length !== 1) return undefined;
  const { legs } = sent;
  return arePlainLegs(legs) ? { legs } : undefined;
}

/** The command that a valid request asks for. */
export function transferCommand(request: z.output<typeof transferRequest>): CreateTransfer {
  const legs = (request.legs ?? []).map(({ debit, credit, amount, currency }) => {
    const minor = parseAmount(amount, exponentOf(currency));
    assert(minor.ok, 'the schema accepts only amounts');
    return { debit, credit, currency, amount: minor.value };
  });
  const exchange = request.exchange && exchangeWith(request.exchange, legs);
  return {
    type: 'transfer.create',
    legs: exchange === undefined ? legs : legsOf(exchange),
    ...(exchange === undefined ? {} : { exchange }),
    ...(request.effective_at === undefined ? {} : { effectiveAt: request.effective_at }),
    ...(request.hold === undefined ? {} : { holdSeconds: request.hold.expires_in_seconds }),
    ...(request.scheduled_for === undefined ? {} : { scheduledFor: request.scheduled_for }),
    ...(request.reference === undefined ? {} : { reference: request.reference }),
    ...(request.metadata === undefined ? {} : { metadata: request.metadata }),
  };
}

function exchangeWith(sent: SentExchange, beside: readonly LegRequest[]): Exchange {
  const request = exchangeOf(sent);
  const result = request && resultOf(request);
  assert(result?.ok === true, 'the schema accepts only exchanges that come to something');
  return { ...(request as ExchangeRequest), result: result.value, beside };
}
