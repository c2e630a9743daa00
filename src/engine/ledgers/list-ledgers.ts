/** GET /v1/ledgers: all ledgers in the order of their creation, for the installation, and for operators as far as they know of them. */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { INSTALLATION_LEDGER } from '../../kernel/id.ts';
import { pageOf, wholeList } from '../page.ts';
import { useCase } from '../use-case.ts';
import { ledger, ledgerView } from './ledger-view.ts';

export const listLedgers = useCase({
  name: 'ledger.list',
  summary: 'List ledgers',
  permission: 'ledgers:read',
  kind: 'query',
  input: z.strictObject({}),
  output: pageOf(ledger),
  async run({ reads }, { ledgerId, ledgers }) {
    // A ledger's key has no such scope; should it ever, it still learns nothing of other tenants.
    if (ledgerId !== INSTALLATION_LEDGER)
      throw new FailureError('forbidden', 'Listing ledgers takes a key of the installation.');
    const all = await reads.listLedgers();
    const known = ledgers ? all.filter(({ ledger_id: id }) => ledgers.includes(id)) : all;
    return wholeList(known.map(ledgerView));
  },
});
