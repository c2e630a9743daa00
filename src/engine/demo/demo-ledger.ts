/**
 * The demo ledger of a first start: two customer accounts, one of them with money, and a key to move it.
 *
 * Every step has a fixed idempotency key, so a start that was killed half-way is completed by the next one.
 */
import { randomUUID } from 'node:crypto';
import { createAccount } from '../accounts/create-account.ts';
import type { Actor } from '../command.ts';
import { createKey } from '../keys/create-key.ts';
import { createLedger } from '../ledgers/create-ledger.ts';
import { createTransfer } from '../transfers/create-transfer.ts';
import type { Call, Engine } from '../use-case.ts';

const NAME = 'demo';
const OWNERS = ['5f0c6f0e-3a55-4c3c-9d0b-6a4f6d1f9a01', 'c3a1be52-77d4-4a0e-8f0a-2f7f0c3d9b02'] as const;

/** What a person needs to try the API: the key is shown this once. */
export interface Demo {
  readonly token: string;
  readonly debit: string;
  readonly credit: string;
}

/** Makes the demo ledger where there is no ledger yet; undefined where there is nothing to make. */
export async function createDemoLedger(
  engine: Engine,
  actor: Actor,
  requestId: string,
): Promise<Demo | undefined> {
  const ledgers = await engine.reads.listLedgers();
  const found = ledgers.find((ledger) => ledger.name === NAME);
  if (ledgers.length > 0 && !found) return undefined;
  if (found && (await engine.reads.listApiKeys(found.ledger_id)).length > 0) return undefined;

  const as = <I>(ledgerId: number, idempotencyKey: string, input: I): Call<I> => ({
    actor,
    ledgerId,
    requestId,
    input,
    idempotencyKey,
  });
  if (!found) await createLedger.run(engine, as(0, randomUUID(), { name: NAME }));
  const ledgerId =
    found?.ledger_id ?? (await engine.reads.listLedgers()).find((l) => l.name === NAME)?.ledger_id;
  if (ledgerId === undefined) return undefined;

  const unfrozen = { debits_frozen: false, credits_frozen: false };
  await createAccount.run(
    engine,
    as(ledgerId, 'demo-settlement', { code: 'settlement', kind: 'asset', currency: 'INR', ...unfrozen }),
  );
  for (const [i, owner] of OWNERS.entries()) {
    const code = `savings-${i + 1}`;
    await createAccount.run(
      engine,
      as(ledgerId, `demo-${code}`, { code, kind: 'liability', currency: 'INR', owner, ...unfrozen }),
    );
  }
  const legs = [{ debit: 'settlement', credit: 'savings-1', amount: '10000.00', currency: 'INR' }];
  await createTransfer.run(engine, as(ledgerId, 'demo-deposit', { legs }));
  const { body } = await createKey.run(
    engine,
    as(ledgerId, randomUUID(), {
      client: 'demo-app',
      scopes: ['accounts:read', 'accounts:write', 'transfers:read', 'transfers:write', 'transfers:reverse'],
    }),
  );
  return { token: String(body['token']), debit: 'savings-1', credit: 'savings-2' };
}
