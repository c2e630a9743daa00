/** Creates a ledger: at the command line only. An event of the installation's log, since the ledger has none yet. */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { INSTALLATION_LEDGER, LEDGER_ID_MAX, parseLedgerId } from '../../kernel/id.ts';
import { post, requireShell, useCase } from '../use-case.ts';
import { token } from '../wire.ts';
import { ledger } from './ledger-view.ts';

export const createLedger = useCase({
  name: 'ledger.create',
  summary: 'Create a ledger',
  permission: 'shell',
  kind: 'command',
  input: z.strictObject({
    name: token.refine(
      (text) => parseLedgerId(text) === undefined,
      'a name may not have the shape of a ledger id',
    ),
    sandbox: z
      .boolean()
      .optional()
      .meta({ description: 'For trials by integrators; a ledger is one from the beginning or never.' }),
  }),
  output: ledger,
  run(engine, call) {
    requireShell(call);
    // Random, so that ids tell nothing about other tenants.
    const id = randomInt(1, LEDGER_ID_MAX + 1);
    const { name, sandbox } = call.input;
    return post(
      engine,
      { ...call, ledgerId: INSTALLATION_LEDGER },
      {
        type: 'ledger.create',
        id,
        name,
        ...(sandbox ? { sandbox } : {}),
      },
    );
  },
});
