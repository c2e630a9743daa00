/** `bahi proposal`: what waits for a second person at the shell, who is another user than the one who proposed it. */
import type { Command } from 'commander';
import { approveProposal } from '../engine/proposals/approve-proposal.ts';
import { getProposal } from '../engine/proposals/get-proposal.ts';
import { listProposals } from '../engine/proposals/list-proposals.ts';
import { rejectProposal } from '../engine/proposals/reject-proposal.ts';
import type { UseCase } from '../engine/use-case.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

const LISTED_MAX = 100;
const NAMES = { id: '<proposal>', hash: '--hash' };
const EXAMPLE_ID = 'prp_0k3m9c200000001h';
type Body = Readonly<Record<string, unknown>>;

export function addProposalVerbs(program: Command, shell: Shell): void {
  const parent = program
    .command('proposal')
    .description('list, read, approve and reject what waits for a second person');
  const run = <I>(
    name: string,
    useCase: UseCase<I>,
    { ledger }: LedgerOption,
    input: Record<string, unknown>,
  ): Promise<Body> =>
    withRuntime(name, async ({ engine }) => {
      const caller = callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id);
      return runUseCase(engine, caller, useCase, input, NAMES);
    });
  verb(parent, 'list', 'list the newest proposals', 'proposal list --ledger mumbai')
    .requiredOption(...LEDGER_OPTION)
    .action(async (options: LedgerOption) => {
      const { data, has_more } = await run('proposal list', listProposals, options, { limit: LISTED_MAX });
      if (options.json) return printJson({ data, has_more });
      const rows = (data as readonly Body[]).map((one) =>
        ['id', 'status', 'operation', 'proposed_by', 'expires_at'].map((name) => String(one[name])),
      );
      await print(table(['id', 'status', 'operation', 'proposed by', 'expires'], rows, []));
    });
  verb(
    parent,
    'show <proposal>',
    'show what is proposed, and its hash',
    `proposal show ${EXAMPLE_ID} --ledger mumbai`,
  )
    .requiredOption(...LEDGER_OPTION)
    .action(async (id: string, options: LedgerOption) =>
      printJson(await run('proposal show', getProposal, options, { id })),
    );
  verb(
    parent,
    'approve <proposal>',
    'do what somebody else proposed',
    `proposal approve ${EXAMPLE_ID} --ledger mumbai --hash 5f2c…`,
  )
    .requiredOption(...LEDGER_OPTION)
    .requiredOption('--hash <hash>', 'the hash that proposal show prints: what you approve')
    .action(async (id: string, { hash, ...options }: LedgerOption & { readonly hash: string }) => {
      const done = await run('proposal approve', approveProposal, options, { id, hash });
      if (options.json) await printJson(done);
      else await print(`Proposal ${id} is executed: event ${done['event_number']}\n`);
    });
  verb(
    parent,
    'reject <proposal>',
    'end a proposal without doing it',
    `proposal reject ${EXAMPLE_ID} --ledger mumbai`,
  )
    .requiredOption(...LEDGER_OPTION)
    .action(async (id: string, options: LedgerOption) => {
      const done = await run('proposal reject', rejectProposal, options, { id });
      if (options.json) await printJson(done);
      else await print(`Proposal ${id} is rejected: event ${done['event_number']}\n`);
    });
}
