/**
 * `npm run -s bahi -- <verb>`: the command line. Exit 0 done, 1 failed, 2 usage or environment, 130 interrupted.
 *
 * Results go to standard output, everything else to standard error; with --json standard output holds exactly one
 * document, {"error":{"code","message"}} when it failed. Verbs work whether a server runs or not.
 */
import { endingOf } from './cli/errors.ts';
import { isReaderGone, note, outputFailed, print, printJson } from './cli/output.ts';
import { buildProgram, parseCall } from './cli/program.ts';
import { newRequestId } from './http/request-id.ts';

async function main(argv: readonly string[]): Promise<void> {
  const json = argv.includes('--json');
  let lost: Error | undefined;
  process.stdout.on('error', (cause) => {
    if (!isReaderGone(cause)) lost ??= outputFailed(cause);
  });
  // There is nowhere left to say it.
  process.stderr.on('error', () => {});
  try {
    await parseCall(buildProgram({ newRequestId }), argv);
  } catch (error) {
    await end(error, json);
  }
  await print('').catch((error) => {
    lost ??= error;
  });
  if (lost && !process.exitCode) await end(lost, json);
  // Nothing is left to do; a connection to a database that has gone away would keep the process.
  process.exit();
}

async function end(error: unknown, json: boolean): Promise<void> {
  const { exitCode, code, message } = endingOf(error);
  process.exitCode = exitCode;
  if (message !== '') await note(`bahi: ${message}\n`);
  // Where standard output itself is what failed, standard error has said so.
  if (message !== '' && json) await printJson({ error: { code, message } }).catch(() => {});
}

await main(process.argv.slice(2));
