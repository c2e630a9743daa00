/** Which API key is meant: named by its id, by its prefix, or by the key itself. */
import type { Engine } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import { formatId, INSTALLATION_LEDGER, parseLedgerId } from '../kernel/id.ts';

/** Never repeats what was named: it could be the key itself. */
export const unknownKey = (): FailureError =>
  new FailureError(
    'not_found',
    'There is no such key: bahi key list, with --ledger <ledger> or --installation, shows the ids.',
  );

const ID = /^key_([0-9a-v]{7})[0-9a-v]{9}$/;
const PREFIX = /^(?:bahi_(?:live|test)_)?([0-9a-v]{8})(?:[0-9a-v]{32})?$/;

/** Only in a log that is known to exist: posting makes no ledgers. Fails with `not_found`. */
export async function keyByRef(
  engine: Engine,
  text: string,
): Promise<{ readonly id: string; readonly ledgerId: number }> {
  const ledgerText = ID.exec(text)?.[1];
  if (ledgerText !== undefined) {
    const ledgerId = parseLedgerId(`ldg_${ledgerText}`);
    const ledgers = await engine.reads.listLedgers();
    if (ledgerId === INSTALLATION_LEDGER) return { id: text, ledgerId };
    if (ledgerId === undefined || !ledgers.some(({ ledger_id }) => ledger_id === ledgerId))
      throw unknownKey();
    return { id: text, ledgerId };
  }
  const prefix = PREFIX.exec(text)?.[1];
  const key = prefix === undefined ? null : await engine.reads.findApiKey(prefix);
  if (key === null) throw unknownKey();
  return { id: formatId('key', key.ledger_id, key.key_id), ledgerId: key.ledger_id };
}
