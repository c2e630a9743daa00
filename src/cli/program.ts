/** All verbs of the command line. Errors are thrown, never printed: cli.ts turns them into one line and an exit code. */
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addAccountChildren } from './account-children.ts';
import { addAccountCreate } from './account-create.ts';
import { addAccountLimits } from './account-limits.ts';
import { addAccountList } from './account-list.ts';
import { addAccountShow } from './account-show.ts';
import { addAccountStatement } from './account-statement.ts';
import { addAccountTree } from './account-tree.ts';
import { addAccountUpdate } from './account-update.ts';
import { addAuditVerbs } from './audit.ts';
import { addBench } from './bench.ts';
import { addCustomerFactors } from './customer-factors.ts';
import { addCustomerPayments } from './customer-payments.ts';
import { UsageError } from './errors.ts';
import { addExport } from './export.ts';
import { addImport } from './import.ts';
import { addKeyCreate } from './key-create.ts';
import { addKeyList } from './key-list.ts';
import { addKeyRevoke } from './key-revoke.ts';
import { addKeyRotate } from './key-rotate.ts';
import { addLedgerCreate } from './ledger-create.ts';
import { addLedgerList } from './ledger-list.ts';
import { addMasterKeyVerbs } from './master-key.ts';
import { addMigrate } from './migrate.ts';
import { addOperatorVerbs } from './operator.ts';
import { addPeriodCarry, addPeriodClose } from './period-close.ts';
import { addPeriodList } from './period-list.ts';
import { addPolicyVerbs } from './policy.ts';
import { addPool } from './pool.ts';
import { addProposalVerbs } from './proposal.ts';
import { addRulesetVerbs } from './ruleset.ts';
import { addSandboxClock } from './sandbox-clock.ts';
import { addServe } from './serve.ts';
import type { Shell } from './shell.ts';
import { addStatus } from './status.ts';
import { addTransferAdjust } from './transfer-adjust.ts';
import { addTransferAuthorize } from './transfer-authorize.ts';
import { addTransferCancel } from './transfer-cancel.ts';
import { addTransferCapture } from './transfer-capture.ts';
import { addTransferCreate } from './transfer-create.ts';
import { addTransferReverse } from './transfer-reverse.ts';
import { addTransferVoid } from './transfer-void.ts';
import { addVerify } from './verify.ts';

export function buildProgram(shell: Shell): Command {
  const program = new Command('bahi')
    .description('A double-entry ledger on PostgreSQL: idempotent transfers and a verifiable log')
    .version(packageJson.version)
    // One line each, written below; commander's own go nowhere.
    .configureOutput({ outputError: () => {}, writeErr: () => {} })
    .exitOverride();
  addServe(program);
  addMigrate(program);
  const ledger = program.command('ledger').description('create and list ledgers');
  addLedgerCreate(ledger, shell);
  addLedgerList(ledger, shell);
  const account = program
    .command('account')
    .description('open, list and change accounts, write their statements');
  addAccountCreate(account, shell);
  addAccountLimits(account, shell);
  addAccountList(account, shell);
  addAccountShow(account, shell);
  addAccountStatement(account, shell);
  addAccountTree(account, shell);
  addAccountChildren(account, shell);
  addAccountUpdate(account, shell);
  const transfer = program
    .command('transfer')
    .description('post, hold, schedule, capture, reverse and correct transfers');
  for (const add of [
    addTransferCreate,
    addTransferCapture,
    addTransferAuthorize,
    addTransferVoid,
    addTransferCancel,
    addTransferReverse,
    addTransferAdjust,
  ])
    add(transfer, shell);
  const key = program.command('key').description('create, list, rotate and revoke API keys');
  addKeyCreate(key, shell);
  addKeyList(key, shell);
  addKeyRotate(key, shell);
  addKeyRevoke(key, shell);
  const customer = program.command('customer').description('list factors of customers, stop their payments');
  addCustomerFactors(customer, shell);
  addCustomerPayments(customer, shell);
  addMasterKeyVerbs(program, shell);
  const period = program.command('period').description('close the books of a ledger, and list its closes');
  addPeriodClose(period, shell);
  addPeriodCarry(period, shell);
  addPeriodList(period, shell);
  addPool(program, shell);
  addPolicyVerbs(program, shell);
  addProposalVerbs(program, shell);
  const sandbox = program.command('sandbox').description('what only sandbox ledgers have');
  addSandboxClock(sandbox, shell);
  addOperatorVerbs(program, shell);
  addImport(program, shell);
  addExport(program);
  addVerify(program);
  addStatus(program);
  addAuditVerbs(program, shell);
  addRulesetVerbs(program);
  addBench(program);
  return program;
}

export async function parseCall(program: Command, argv: readonly string[]): Promise<void> {
  refuseHelpOnNothing(program, argv);
  await program.parseAsync([...argv], { from: 'user' });
}

/** Commander answers a call for help on a verb that is not there with help on all the others. Fails with UsageError. */
function refuseHelpOnNothing(program: Command, argv: readonly string[]): void {
  const words = argv.filter((word) => !word.startsWith('-'));
  if (!words.includes('help') && !argv.includes('--help') && !argv.includes('-h')) return;
  let at = program;
  const named: string[] = [];
  for (const word of words) {
    if (at.commands.length === 0) return;
    if (word === 'help') continue;
    named.push(word);
    const next = at.commands.find((command) => command.name() === word);
    if (!next) throw new UsageError(`there is no verb ${named.join(' ')}: see bahi --help`);
    at = next;
  }
}
