/**
 * For work on the server alone: `node bench/http/serve-and-load.ts [--dir DIR] [--cpu-prof DIR] [--accounts N] -- [--name=value of load.ts …]` starts a server on an embedded
 * database with a ledger of its own, puts one load on it, verifies, and prints the report. With --dir the
 * database stays for the next run; the ledger is new each time.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bahi } from '../bahi.ts';
import { accountCode, OPENING_UNITS } from '../workload.ts';
import { runLoad } from './run-load.ts';
import { startServer } from './server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: { type: 'string' },
    'cpu-prof': { type: 'string' },
    accounts: { type: 'string', default: '100000' },
  },
});
const { dir, 'cpu-prof': profile, accounts } = values;
const load = Object.fromEntries(positionals.map((text) => text.replace(/^--/, '').split('=')));

async function run(dataDir: string): Promise<void> {
  const ledger = `load-${randomBytes(4).toString('hex')}`;
  await bahi(dataDir, 'ledger', 'create', ledger);
  const files = { accounts: join(dataDir, 'accounts.csv'), none: join(dataDir, 'none.csv') };
  const lines = Array.from({ length: Number(accounts) }, (_, i) => `${accountCode(i)},${OPENING_UNITS}`);
  await writeFile(files.accounts, `account,opening_balance\n${lines.join('\n')}\n`);
  await writeFile(files.none, 'debit,credit,amount\n');
  await bahi(
    dataDir,
    ...['import', files.none, '--ledger', ledger, '--map', 'debit=debit,credit=credit,amount=amount'],
    ...['--accounts', files.accounts, '--map-accounts', 'account=account,opening_balance=opening_balance'],
  );
  const scopes = 'accounts:read,accounts:unrestricted,transfers:read,transfers:write,transfers:unrestricted';
  const { json: key } = await bahi(dataDir, 'key', 'create', '--ledger', ledger, '--scope', scopes);
  const server = await startServer({
    environment: { BAHI_DATA_DIR: dataDir },
    logFile: join(dataDir, 'serve.log'),
    nodeOptions: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
  });
  const report = await runLoad({ ...load, accounts, url: server.url, token: String(key['token']) });
  const memoryBytesMax = await server.memoryBytesMax();
  await server.stop();
  await bahi(dataDir, 'verify', '--ledger', ledger);
  process.stdout.write(`${JSON.stringify({ ...report, memoryBytesMax }, null, 2)}\n`);
}

const dataDir = dir ?? (await mkdtemp(join(tmpdir(), 'bahi-load-')));
await mkdir(dataDir, { recursive: true });
await chmod(dataDir, 0o711);
try {
  await run(dataDir);
} finally {
  if (dir === undefined) await rm(dataDir, { recursive: true, force: true });
}
