/** The signer as a job: its own connection, which keeps the session lock, and a look every second. */
import { type LogSigner, logOrigin } from '../../audit/log-note.ts';
import { connect } from '../../db/connect.ts';
import type { DatabaseOptions } from '../../db/postgres-url.ts';
import { checkpointFiles } from '../../platform/checkpoint-files.ts';
import { createSealer } from '../../platform/seal.ts';
import type { LinkKey } from '../batch-rows.ts';
import { rowKeyOf } from '../row-mac.ts';
import { type Sweeper, startSweeper } from '../sweeper.ts';
import { VerifyReads } from '../verify/store.ts';
import { openLogSigners, rotateLogKey } from './log-keys.ts';
import { noteKeysOf, outsideFlaw, WHAT_TO_DO } from './outside.ts';
import { LogSigning, type SigningDeps } from './signing.ts';
import { AuditStore } from './store.ts';

const INTERVAL_MS = 1000;
const FIRST_LOOK_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 4000;

export interface SigningOptions {
  readonly database: DatabaseOptions;
  readonly linkKey: LinkKey;
  /** Opens the sealed private keys. */
  readonly sealKey: Buffer;
  readonly checkpointDir: string;
  readonly log: SigningDeps['log'];
}

export interface OpenSigning {
  readonly signing: LogSigning;
  readonly keys: {
    readonly store: AuditStore;
    /** See openLogSigners. */
    signers(): Promise<readonly LogSigner[]>;
    /** See rotateLogKey. */
    rotate(record: (from: Buffer, to: Buffer) => Promise<unknown>): Promise<boolean>;
  };
  /** Gives the lock and the connection back. */
  end(): Promise<void>;
}

/** Connects when first used. */
export function openSigning(options: SigningOptions): OpenSigning {
  const { database, linkKey, sealKey, checkpointDir, log } = options;
  const sql = connect(database, {
    max: 1,
    applicationName: 'bahi signing',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    lifetimeSeconds: null,
  });
  const store = new AuditStore(sql);
  const [sealer, rowKey] = [createSealer(sealKey), rowKeyOf(linkKey)];
  const signers = (): Promise<readonly LogSigner[]> => openLogSigners(store, sealer, rowKey);
  const signing = new LogSigning({
    store,
    batches: (ledgerId, after, head, events) => new VerifyReads(sql, ledgerId).page(after, head, events),
    linkKey,
    signers,
    publisher: checkpointFiles(checkpointDir, linkKey.installation),
    log,
  });
  const keys: OpenSigning['keys'] = {
    store,
    signers,
    rotate: (record) => rotateLogKey(store, sealer, rowKey, record),
  };
  return { signing, keys, end: () => sql.end({ timeout: 5 }) };
}

/** Signs until it is stopped; answers once it has looked for the first time, or after a while where much is to be signed. */
export async function startSigner(options: SigningOptions): Promise<Sweeper & Pick<OpenSigning, 'signing'>> {
  const { signing, end } = openSigning(options);
  let isStopped = false;
  const complaint = 'logs could not be signed';
  const first = signing
    .sign(undefined, () => isStopped)
    .catch((cause) => options.log.warn({ err: cause }, complaint));
  await Promise.race([first, new Promise((resolve) => setTimeout(resolve, FIRST_LOOK_MS).unref())]);
  const sign = async (_: SigningOptions, ends: () => boolean): Promise<unknown> => {
    await first;
    return signing.sign(undefined, ends);
  };
  const sweeper = startSweeper(complaint, options, sign, INTERVAL_MS);
  return {
    signing,
    stop: async () => {
      isStopped = true;
      await sweeper.stop();
      await first;
      // What the last requests posted.
      await signing.sign().catch((cause) => options.log.warn({ err: cause }, complaint));
      await end();
    },
  };
}

/**
 * Whether every log that has a checkpoint outside the database extends it. Fails with OlderCopy, and with an Error where the
 * directory cannot be read.
 */
export async function requireNewestCopy(
  store: AuditStore,
  { linkKey, checkpointDir }: Pick<SigningOptions, 'linkKey' | 'checkpointDir'>,
): Promise<void> {
  const { installation } = linkKey;
  const kept = await checkpointFiles(checkpointDir, installation).list();
  if (kept.length === 0) return;
  const heads = new Map((await store.due(true)).map(({ ledgerId, head }) => [ledgerId, head]));
  const rows = await store.keys();
  const flaws: string[] = [];
  for (const note of kept) {
    const { ledgerId } = note;
    const keys = noteKeysOf(rows, rowKeyOf(linkKey), logOrigin(installation, ledgerId));
    const flaw = await outsideFlaw(store, note, installation, keys, heads.get(ledgerId));
    if (flaw !== undefined) flaws.push(flaw);
  }
  if (flaws.length > 0) throw new OlderCopy([...flaws, WHAT_TO_DO].join('\n'));
}

/** The database is not the one that the checkpoints outside were made of: nothing may be posted. */
class OlderCopy extends Error {
  override readonly name = 'OlderCopy';
}
