/** The signer as a job: its own connection, which keeps the session lock, and a look every second. */
import type { LogSigner } from '../../audit/log-note.ts';
import { connect } from '../../db/connect.ts';
import type { DatabaseOptions } from '../../db/postgres-url.ts';
import { checkpointFiles } from '../../platform/checkpoint-files.ts';
import { createSealer } from '../../platform/seal.ts';
import { type Sweeper, startSweeper } from '../sweeper.ts';
import { openLogSigners } from './log-keys.ts';
import { LogSigning, type SigningDeps } from './signing.ts';
import { AuditStore } from './store.ts';

const INTERVAL_MS = 1000;
const STATEMENT_TIMEOUT_MS = 4000;

export interface SigningOptions {
  readonly database: DatabaseOptions;
  readonly installation: string;
  /** Opens the sealed private keys. */
  readonly sealKey: Buffer;
  /** Authenticates their rows. */
  readonly rowKey: Buffer;
  readonly checkpointDir: string;
  readonly log: SigningDeps['log'];
}

export interface OpenSigning {
  readonly signing: LogSigning;
  /** See openLogSigners. */
  signers(): Promise<readonly LogSigner[]>;
  /** Gives the lock and the connection back. */
  end(): Promise<void>;
}

/** Connects when first used. */
export function openSigning(options: SigningOptions): OpenSigning {
  const { database, installation, sealKey, rowKey, checkpointDir, log } = options;
  const sql = connect(database, {
    max: 1,
    applicationName: 'bahi signing',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    lifetimeSeconds: null,
  });
  const store = new AuditStore(sql);
  const signers = (): Promise<readonly LogSigner[]> => openLogSigners(store, createSealer(sealKey), rowKey);
  const signing = new LogSigning({
    store,
    installation,
    signers,
    publisher: checkpointFiles(checkpointDir, installation),
    log,
  });
  return { signing, signers, end: () => sql.end({ timeout: 5 }) };
}

/** Signs until it is stopped. */
export function startSigner(options: SigningOptions): Sweeper {
  const { signing, end } = openSigning(options);
  const sweeper = startSweeper(
    'logs could not be signed',
    options,
    (_, isStopped) => signing.sign(undefined, isStopped),
    INTERVAL_MS,
  );
  return {
    stop: async () => {
      await sweeper.stop();
      await end();
    },
  };
}
