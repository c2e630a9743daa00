/**
 * The server as a process: starts the engine and the HTTP layer, says where it listens, and ends in order.
 *
 * SIGTERM and SIGINT: no new connections, running requests are answered, the queues are finished, the embedded
 * database is left (and stopped when nobody else uses it). A second signal ends at once; what was acknowledged is
 * durable either way. Standard output speaks to the person who started it, standard error carries the log.
 */
import { userInfo } from 'node:os';
import { relative, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import packageJson from '../package.json' with { type: 'json' };
import type { Config } from './config.ts';
import { requireNewestCopy, startSigner } from './engine/audit/job.ts';
import { startLogWatch } from './engine/audit/log-watch.ts';
import { recordCheckpoints, startCheckpointRecorder } from './engine/audit/recorder.ts';
import { AuditStore } from './engine/audit/store.ts';
import { createDemoLedger, type Demo } from './engine/demo/demo-ledger.ts';
import { startDenialRecorder } from './engine/denials/recorder.ts';
import { KeyUses } from './engine/keys/key-uses.ts';
import { startCarrier } from './engine/periods/carrier.ts';
import { startHoldSweeper } from './engine/transfers/hold-sweeper.ts';
import { startScheduleSweeper } from './engine/transfers/schedule-sweeper.ts';
import { USE_CASES } from './engine/use-cases.ts';
import { createApp } from './http/app.ts';
import { newRequestId } from './http/request-id.ts';
import { serve } from './http/serve.ts';
import { createLog } from './platform/log.ts';
import { writeSecretFile } from './platform/secret-file.ts';
import { openRuntime } from './runtime.ts';
import { shellActor } from './shell-actor.ts';

const POOL_MAX = 8;
const GRACE_MS = 10_000;
/** The heap may double between collections, not grow fourfold: under a flood of lines 304 MB at the highest instead of 430, at the same rate. */
const SMALL_HEAP = '--heap-growing-percent=100';

/** Runs until a signal ends it. Fails with what makes a start impossible. */
export async function serveCommand(config: Config): Promise<void> {
  setFlagsFromString(SMALL_HEAP);
  const log = createLog(config.logLevel);
  const runtime = await openRuntime(config, { applicationName: 'bahi serve', log, poolMax: POOL_MAX });
  const { engine } = runtime;
  const keyUses = new KeyUses({
    clock: engine.clock,
    record: (uses) => engine.reads.keyStore.recordUses(uses),
    log,
  });
  let signer: Awaited<ReturnType<typeof startSigner>> | undefined;
  try {
    const app = createApp({
      engine,
      keyUses,
      useCases: USE_CASES,
      log,
      trustedProxies: config.trustedProxies,
      signInRate: config.signInRate,
      version: packageJson.version,
    });
    const audit = new AuditStore(runtime.sql);
    await requireNewestCopy(audit, runtime.signing);
    signer = await startSigner(runtime.signing);
    const demo = config.database
      ? undefined
      : await createDemoLedger(engine, shellActor(userInfo().username), newRequestId());
    const server = await serve(app, config);
    keyUses.start();
    const sweepers = [startHoldSweeper, startScheduleSweeper, startCarrier].map((start) =>
      start({ engine, newRequestId, log }),
    );
    const vouching = { engine, newRequestId, log, signing: signer.signing };
    sweepers.push(startCheckpointRecorder(vouching));
    const watch = startLogWatch({ engine, store: audit, lagMaxSeconds: config.checkpointLagSeconds, log });
    const recorder = startDenialRecorder({ engine, newRequestId, log });
    const isFirst = (await engine.operators.store.list()).length === 0;
    const key = demo && (await handOver(demo.token, config.dataDir));
    process.stdout.write(banner(server.url, config, demo, key) + (isFirst ? FIRST_OPERATOR : ''));
    await signalled();
    log.info('ending');
    await Promise.all(sweepers.map((sweeper) => sweeper.stop()));
    await server.close(GRACE_MS);
    await keyUses.stop();
    await recorder.stop();
    await watch.stop();
    await recordCheckpoints(vouching).catch((cause) => log.warn({ err: cause }, 'checkpoints not recorded'));
  } finally {
    await signer?.stop();
    await runtime.stop(GRACE_MS);
  }
}

/** Resolves at the first SIGINT or SIGTERM; the next one has its default effect. */
const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

/** Until there is one. */
const FIRST_OPERATOR = `\nNobody of the staff can sign in yet. Invite the first administrator:\n  npm run -s bahi -- operator create <name> --role admin\n`;

/** How a person is told a secret: what a shell makes of it, and where it is kept. */
interface HandedOver {
  readonly shown: string;
  readonly inShell: string;
}

/** A terminal shows a key; a pipe or a log would keep it, so there it goes into a file that only its owner may read. */
async function handOver(token: string, dataDir: string): Promise<HandedOver> {
  if (process.stdout.isTTY) return { shown: `is shown this once:\n  ${token}`, inShell: token };
  const file = resolve(dataDir, 'demo.key');
  await writeSecretFile(file, `${token}\n`);
  return { shown: `is kept in\n  ${file}`, inShell: `$(cat '${file.replaceAll("'", "'\\''")}')` };
}

function banner(url: string, config: Config, demo: Demo | undefined, key: HandedOver | undefined): string {
  const data = config.database
    ? ''
    : `  data   ${relative(process.cwd(), config.dataDir) || '.'} (embedded PostgreSQL)\n`;
  const head = `Bahi ${packageJson.version} listens on ${url}\n  docs   ${url}/docs\n${data}`;
  if (!demo || !key)
    return `${head}  keys   npm run -s bahi -- key create --ledger NAME --scope transfers:write\n`;
  const legs = JSON.stringify({
    legs: [{ debit: demo.debit, credit: demo.credit, amount: '250.00', currency: 'INR' }],
  });
  return `${head}
The ledger "demo" was made, with two customer accounts. Its API key ${key.shown}
Move 250 rupees:
  curl -sS ${url}/v1/transfers -H "Authorization: Bearer ${key.inShell}" -H 'Idempotency-Key: first-transfer' -H 'Content-Type: application/json' -d '${legs}'
`;
}
