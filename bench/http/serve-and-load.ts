/**
 * For work on the server alone: `node bench/http/serve-and-load.ts [options] -- [--name=value of load.ts …]` starts a server
 * on a ledger of its own, puts one load on it, and prints the report.
 *
 *   --data DIR       keeps the database there for the next run      --node FLAGS   for the server: '--cpu-prof --cpu-prof-dir=DIR'
 *   --accounts N     of the ledger (default 10000)
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStage } from '../stage.ts';
import { runLoad } from './run-load.ts';
import { startServer } from './server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    node: { type: 'string', default: '' },
    accounts: { type: 'string', default: '10000' },
  },
});
const load = Object.fromEntries(positionals.map((text) => text.replace(/^--/, '').split('=')));

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const stage = await openStage({ ownServer: false, settings: {}, dataDir: values.data, note });
try {
  const ledger = await stage.freshLedger({ accounts: Number(values.accounts) });
  const token = await stage.apiKey(ledger);
  const server = await startServer({
    environment: { ...ledger.environment, LOG_LEVEL: 'info' },
    logFile: join(stage.dataDir, 'serve.log'),
    nodeOptions: values.node.split(' ').filter((flag) => flag !== ''),
  });
  const report = await runLoad({ ...load, accounts: values.accounts, url: server.url, token });
  const memoryBytesMax = await server.memoryBytesMax();
  await server.stop();
  await stage.settle({ verify: true });
  process.stdout.write(`${JSON.stringify({ ...report, memoryBytesMax }, null, 2)}\n`);
} finally {
  await stage.close();
}
