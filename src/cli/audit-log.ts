/**
 * `bahi audit checkpoint|prove`: what the log of a ledger, or of the installation, says of itself. Where no server runs,
 * these verbs sign what no checkpoint covers yet; where one does, it is the signer, and at most a second behind.
 */
import type { Command } from 'commander';
import { getCheckpoint } from '../engine/audit/get-checkpoint.ts';
import { openSigning } from '../engine/audit/job.ts';
import { getConsistencyProof } from '../engine/audit/prove-consistency.ts';
import { getInclusionProof } from '../engine/audit/prove-inclusion.ts';
import type { UseCase } from '../engine/use-case.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import type { Runtime } from '../runtime.ts';
import { print, printJson } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

export interface LogOption extends JsonOption {
  readonly ledger?: string;
}

export const LOG_OPTION = [
  '--ledger <ledger>',
  'the ledger, by name or id (default: the log of the installation)',
] as const;

export function addLogVerbs(audit: Command, shell: Shell): void {
  verb(
    audit,
    'checkpoint',
    'print the newest signed checkpoint of a log',
    'audit checkpoint --ledger mumbai > mumbai.checkpoint',
  )
    .option(...LOG_OPTION)
    .action(async ({ ledger, json }: LogOption) => {
      const body = await asked(shell, ledger, getCheckpoint, {});
      return json ? printJson(body) : print(String(body['note']));
    });
  const prove = audit.command('prove').description('make proofs, in the JSON that the checks read');
  addInclusion(prove, shell);
  addConsistency(prove, shell);
}

function addInclusion(prove: Command, shell: Shell): void {
  interface Options extends LogOption {
    readonly event: string;
    readonly size?: string;
  }
  verb(
    prove,
    'inclusion',
    'prove that an event is in a log',
    'audit prove inclusion --ledger mumbai --event 4711 > proof.json',
  )
    .option(...LOG_OPTION)
    .requiredOption('--event <number>', 'the number of the event')
    .option('--size <events>', 'of the tree that the proof leads to (default: the newest checkpoint’s)')
    .action(async ({ ledger, event, size }: Options) => {
      const body = await asked(shell, ledger, getInclusionProof, { event, size });
      await printJson({
        leafIdx: Number(body['leaf_index']),
        treeSize: Number(body['tree_size']),
        root: body['root'],
        leafHash: body['leaf_hash'],
        proof: body['proof'],
      });
    });
}

function addConsistency(prove: Command, shell: Shell): void {
  interface Options extends LogOption {
    readonly from: string;
    readonly to?: string;
  }
  verb(
    prove,
    'consistency',
    'prove that a log was only added to',
    'audit prove consistency --ledger mumbai --from 4711 > proof.json',
  )
    .option(...LOG_OPTION)
    .requiredOption('--from <events>', 'size of the earlier checkpoint')
    .option('--to <events>', 'size of the later one (default: the newest checkpoint’s)')
    .action(async ({ ledger, from, to }: Options) => {
      const body = await asked(shell, ledger, getConsistencyProof, { from, to });
      await printJson({
        size1: Number(body['from']),
        size2: Number(body['to']),
        root1: body['from_root'],
        root2: body['to_root'],
        proof: body['proof'],
      });
    });
}

export const logOf = async ({ engine }: Runtime, ledger: string | undefined): Promise<number> =>
  ledger === undefined ? INSTALLATION_LEDGER : (await ledgerOf(engine, ledger)).ledger_id;

/** Signs first, unless a server does. */
function asked<I>(
  shell: Shell,
  ledger: string | undefined,
  useCase: UseCase<I>,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return withRuntime(useCase.name, async (runtime) => {
    const ledgerId = await logOf(runtime, ledger);
    const { signing, end } = openSigning(runtime.signing);
    try {
      await signing.sign(ledgerId);
    } finally {
      await end();
    }
    return runUseCase(runtime.engine, callerAt(shell, ledgerId), useCase, input);
  });
}
