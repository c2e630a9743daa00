/**
 * `npm run -s bahi -- <verb>`: the command line. Exit 0 done, 1 failed, 2 usage or environment, 130 interrupted.
 *
 * Results go to standard output, everything else to standard error; with --json standard output holds exactly one
 * document, {"error":{"code","message"}} when it failed. Verbs work whether a server runs or not.
 */
import { endingOf } from './cli/errors.ts';
import { note, print, printJson } from './cli/output.ts';
import { buildProgram } from './cli/program.ts';
import { newRequestId } from './http/request-id.ts';

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
