/**
 * Legs that the schema accepts as they are, told in a third of its time. What this does not know goes to the schema, which
 * accepts more and says what is wrong (the tests hold the two against each other).
 */
import type { z } from 'zod';
import { exponentOf, isCurrency } from '../../kernel/currency.ts';
import { parseAmount } from '../../kernel/money.ts';
import { isToken } from '../../kernel/text.ts';
import { LEGS_MAX } from '../../ledger/transfer.ts';
import type { postingRequest } from '../wire.ts';

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

export const arePlainLegs = (value: unknown): value is z.output<typeof postingRequest>['legs'] =>
  Array.isArray(value) && value.length > 0 && value.length <= LEGS_MAX && value.every(isPlainLeg);

function isPlainLeg(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).length !== 4) return false;
  const { debit, credit, amount, currency } = value;
  return (
    typeof debit === 'string' &&
    isToken(debit) &&
    typeof credit === 'string' &&
    isToken(credit) &&
    typeof currency === 'string' &&
    isCurrency(currency) &&
    typeof amount === 'string' &&
    parseAmount(amount, exponentOf(currency)).ok
  );
}
