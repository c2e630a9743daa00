/**
 * The keys that sign the checkpoints of an installation's logs. The private key is made here, sealed under the data key for
 * secrets and kept in the database with a MAC; it leaves this process never. The public key is what verifiers are given.
 */
import { type LogSigner, logSigner, newLogKey } from '../../audit/log-note.ts';
import { isRowMac, rowMac } from '../row-mac.ts';

export interface StoredLogKey {
  /** From 1. */
  readonly number: number;
  /** 32 bytes. */
  readonly publicKey: Buffer;
  readonly sealed: Buffer;
  /** Lower-case hex. */
  readonly mac: string;
  /** It signs no more; what it signed still holds. */
  readonly retired: boolean;
}

export interface LogKeyStore {
  keys(): Promise<readonly StoredLogKey[]>;
  addKey(key: Omit<StoredLogKey, 'retired'>): Promise<boolean>;
}

/** Seals what stands in a row; platform/seal.ts does. */
export interface RowSealer {
  seal(context: readonly [table: string, column: string, row: string], text: string): Buffer;
  open(context: readonly [table: string, column: string, row: string], sealed: Buffer): string;
}

/** A key of the logs is not what this engine wrote: nothing is signed. */
class FalseLogKey extends Error {
  override readonly name = 'FalseLogKey';
}

const TABLE = 'log_key';
const FIRST = 1;

const place = (number: number) => [TABLE, 'sealed', String(number)] as const;

type Covered = Pick<StoredLogKey, 'number' | 'publicKey' | 'sealed'>;
const covered = ({ number, publicKey, sealed }: Covered) => [
  number,
  publicKey.toString('hex'),
  sealed.toString('hex'),
];

export const isGenuineLogKey = (key: StoredLogKey, rowKey: Buffer): boolean =>
  isRowMac(key.mac, rowKey, TABLE, covered(key));

function newLogKeyRow(number: number, sealer: RowSealer, rowKey: Buffer): Omit<StoredLogKey, 'retired'> {
  const { publicKey, secret } = newLogKey();
  const row = { number, publicKey, sealed: sealer.seal(place(number), secret) };
  return { ...row, mac: rowMac(rowKey, TABLE, covered(row)) };
}

/**
 * The keys that sign now, the oldest first; the first one is made where there is none, and of two processes that make it
 * at once the first counts. Fails with FalseLogKey.
 */
export async function openLogSigners(
  store: LogKeyStore,
  sealer: RowSealer,
  rowKey: Buffer,
): Promise<readonly LogSigner[]> {
  let rows = await store.keys();
  if (rows.length === 0) {
    await store.addKey(newLogKeyRow(FIRST, sealer, rowKey));
    rows = await store.keys();
  }
  const signers = rows.flatMap((row) => {
    if (row.retired) return [];
    const signer = isGenuineLogKey(row, rowKey) ? opened(row, sealer) : undefined;
    if (signer) return [signer];
    throw new FalseLogKey(
      `key ${row.number} of the logs was written or changed in the database: run bahi verify, and restore the table log_key from a backup`,
    );
  });
  if (signers.length > 0) return signers;
  throw new FalseLogKey(
    'no key of the logs signs any more: the table log_key_retirement was changed in the database',
  );
}

/**
 * The next key, which signs beside the one before until that is retired. Recorded first, in a log whose checkpoints the key before
 * signs: `record` makes the event. False: somebody else added one at once. Fails as `record` does.
 */
export async function rotateLogKey(
  store: LogKeyStore,
  sealer: RowSealer,
  rowKey: Buffer,
  record: (from: Buffer, to: Buffer) => Promise<unknown>,
): Promise<boolean> {
  const before = (await openLogSigners(store, sealer, rowKey)).at(-1);
  const newest = (await store.keys()).at(-1);
  if (!before || !newest) return false;
  const row = newLogKeyRow(newest.number + 1, sealer, rowKey);
  await record(before.publicKey, row.publicKey);
  return store.addKey(row);
}

function opened({ number, publicKey, sealed }: StoredLogKey, sealer: RowSealer): LogSigner | undefined {
  try {
    return logSigner(publicKey, sealer.open(place(number), sealed));
  } catch {
    return undefined;
  }
}
