/** A ledger on the wire, and how one is named at the command line. */
import { z } from 'zod';
import { formatMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { formatLedgerId, parseLedgerId } from '../../kernel/id.ts';
import type { ListedLedger } from '../read-rows.ts';
import type { Engine } from '../use-case.ts';

export const ledger = z
  .strictObject({
    id: z.string().meta({ example: 'ldg_0k3m9c2' }),
    name: z.string(),
    sandbox: z.literal(true).optional().meta({
      description:
        'For trials: test keys, a clock that can be moved, amounts that provoke each outcome. Absent: live.',
    }),
    created_at: z.string(),
  })
  .meta({ id: 'Ledger' });

export const ledgerView = ({
  ledger_id,
  name,
  sandbox,
  created_at,
}: ListedLedger): z.output<typeof ledger> => ({
  id: formatLedgerId(ledger_id),
  name,
  ...(sandbox ? { sandbox } : {}),
  created_at: formatMicros(created_at),
});

/** The ledger with this id or name, among those that may be known of (undefined: all). Fails with `not_found`. */
export async function ledgerByRef(
  { reads }: Pick<Engine, 'reads'>,
  nameOrId: string,
  visible?: readonly number[],
): Promise<ListedLedger> {
  const id = parseLedgerId(nameOrId);
  const ledgers = await reads.listLedgers();
  const match = ledgers.find(({ ledger_id, name }) =>
    id === undefined ? name === nameOrId : ledger_id === id,
  );
  if (!match || visible?.includes(match.ledger_id) === false)
    throw new FailureError('not_found', `There is no ledger ${nameOrId}.`);
  return match;
}
