/**
 * Examples of a sandbox ledger: of each command whose requests name amounts, one that provokes a refusal by its amount
 * (ledger/sandbox.ts). They are carried out on the example ledger, made a sandbox for it.
 */
import type { Provokable } from '../ledger/sandbox.ts';
import type { ExampleIds, ExampleInput } from './openapi-requests.ts';

const legs = [{ debit: 'savings-7f3a', credit: 'savings-9c21', amount: '9900.08', currency: 'INR' }];

export const provokingRequests = ({
  holds,
  transfer,
}: ExampleIds): Readonly<Record<Provokable, ExampleInput>> => ({
  'transfer.create': { body: { legs } },
  'transfer.adjust': { body: { legs, reason: 'duplicate-posting' } },
  'transfer.capture': { params: { id: holds.none }, body: { amount: '9900.34' } },
  'transfer.reverse': { params: { id: transfer }, body: { amount: '9900.43' } },
});
