/**
 * The equity account `opening-balances-<currency>` that opening balances come from: without a floor, opened when the
 * ledger has none. Where the code belongs to an account of another nature, the import stops before it moves anything.
 */
import { FailureError } from '../../kernel/failure.ts';
import { type Actor, makeItem } from '../command.ts';
import type { ItemResult } from '../fold.ts';
import { answerOf, type Engine, PATIENCE_MS } from '../use-case.ts';
import { openingAccountCode, openingAccountKey } from './import-keys.ts';

export async function ensureOpeningAccount(
  engine: Engine,
  {
    ledgerId,
    actor,
    requestId,
  }: { readonly ledgerId: number; readonly actor: Actor; readonly requestId: string },
  currency: string,
): Promise<string> {
  const code = openingAccountCode(currency);
  const found = await engine.reads.account(ledgerId, { code });
  if (!found) {
    const settings = { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };
    const command = {
      type: 'account.create',
      code,
      kind: 'equity',
      currency,
      owner: null,
      settings,
    } as const;
    const item = makeItem(ledgerId, command, actor, openingAccountKey(currency), requestId);
    const [result] = engine.posters.submit(ledgerId, [item], PATIENCE_MS);
    answerOf((await result) as ItemResult);
    return code;
  }
  const { kind, currency: kept } = found.identity;
  if (kind !== 'equity' || kept !== currency || found.settings.floor !== null)
    throw new FailureError(
      'code_taken',
      `The code ${code} belongs to an account that opening balances cannot come from: it must be an equity account in ${currency} without a floor.`,
    );
  return code;
}
