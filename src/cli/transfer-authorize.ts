/** `bahi transfer authorize`: moves what is held, with a code of a factor of the payer. */
import type { Command } from 'commander';
import { FIRST_FACTORS } from '../engine/authorization.ts';
import { authorizeTransfer } from '../engine/transfers/authorize-transfer.ts';
import type { Shell } from './shell.ts';
import { callTransfer, type TransferOption, transferVerb } from './transfer-call.ts';

interface Options extends TransferOption {
  readonly factor: string;
  readonly code: string;
  readonly firstFactor: string;
  readonly firstFactorAt: string;
}

export function addTransferAuthorize(parent: Command, shell: Shell): void {
  transferVerb(
    parent,
    'authorize <transfer>',
    'authorise a transfer with a second factor of the payer',
    'transfer authorize trf_0k3m9c200000001h --ledger mumbai --factor fac_0k3m9c2000000005 --code 492039 --first-factor pin --first-factor-at 2026-11-02T09:30:00Z',
  )
    .requiredOption('--factor <factor>', 'the factor, by id')
    .requiredOption('--code <code>', 'the six digits that it shows')
    .requiredOption(
      '--first-factor <method>',
      `how its holder was made sure of before: ${FIRST_FACTORS.join(', ')}`,
    )
    .requiredOption('--first-factor-at <time>', 'and when, of RFC 3339')
    .action((id: string, options: Options) => {
      const { factor, code, firstFactor: method, firstFactorAt: at } = options;
      return callTransfer(shell, authorizeTransfer, options, {
        id,
        factor,
        code,
        first_factor: { method, at },
      });
    });
}
