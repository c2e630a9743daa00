/**
 * `npm run -s bahi -- <verb>`: the command line. Exit 0 done, 1 failed, 2 usage or environment, 130 interrupted.
 *
 * Results go to standard output, everything else to standard error; with --json standard output holds exactly one
 * document, {"error":{"code","message"}} when it failed. Verbs work whether a server runs or not.
 */
import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addAccountCreate } from './cli/account-create.ts';
import { addAccountList } from './cli/account-list.ts';
import { endingOf } from './cli/errors.ts';
import { addExport } from './cli/export.ts';
import { addImport } from './cli/import.ts';
import { addKeyCreate } from './cli/key-create.ts';
import { addKeyList } from './cli/key-list.ts';
import { addKeyRevoke } from './cli/key-revoke.ts';
import { addLedgerCreate } from './cli/ledger-create.ts';
import { addLedgerList } from './cli/ledger-list.ts';
import { addMigrate } from './cli/migrate.ts';
import { note, print, printJson } from './cli/output.ts';
import { addServe } from './cli/serve.ts';
import type { Shell } from './cli/shell.ts';
import { addVerify } from './cli/verify.ts';
import { newRequestId } from './http/request-id.ts';

function buildProgram(shell: Shell): Command {
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
  const account = program.command('account').description('open and list accounts');
  addAccountCreate(account, shell);
  addAccountList(account, shell);
  const key = program.command('key').description('create, list and revoke API keys');
  addKeyCreate(key, shell);
  addKeyList(key, shell);
  addKeyRevoke(key, shell);
  addImport(program, shell);
  addExport(program);
  addVerify(program);
  return program;
}

async function main(argv: readonly string[]): Promise<void> {
  // A reader of standard output that has gone away ends nothing but the writing.
  process.stdout.on('error', () => {});
  try {
    await buildProgram({ newRequestId }).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const { exitCode, code, message } = endingOf(error);
    if (message !== '') await note(`bahi: ${message}\n`);
    if (message !== '' && argv.includes('--json')) await printJson({ error: { code, message } });
    process.exitCode = exitCode;
  }
  await print('');
  // Nothing is left to do; a connection to a database that has gone away would keep the process.
  process.exit();
}

await main(process.argv.slice(2));
