/** The signer of a test: its own connection and lock, notes kept in memory or on disk, and what it complained of. */
import { randomBytes } from 'node:crypto';
import { type LogSigner, logKeyText, logOrigin } from '../../src/audit/log-note.ts';
import { openLogSigners } from '../../src/engine/audit/log-keys.ts';
import { LogSigning, type Publisher } from '../../src/engine/audit/signing.ts';
import { AuditStore } from '../../src/engine/audit/store.ts';
import { VerifyReads } from '../../src/engine/verify/store.ts';
import { createSealer } from '../../src/platform/seal.ts';
import { testPool } from './cluster.ts';
import type { TestEngine } from './engine.ts';

export interface TestSigner {
  readonly signing: LogSigning;
  readonly store: AuditStore;
  /** Newest notes by ledger. */
  readonly published: Map<number, string>;
  readonly complaints: Record<string, unknown>[];
  /** The keys that sign. */
  signers(): Promise<readonly LogSigner[]>;
  /** What a verifier of this log is given. */
  keyOf(ledgerId: number): Promise<string>;
  end(): Promise<void>;
}

const sealKeys = new WeakMap<TestEngine, Buffer>();

export function openSigner(test: TestEngine, publisher: Partial<Publisher> = {}): TestSigner {
  const sealKey = sealKeys.get(test) ?? randomBytes(32);
  sealKeys.set(test, sealKey);
  const sql = testPool(test.database.serve, 1);
  const store = new AuditStore(sql);
  const published = new Map<number, string>();
  const complaints: Record<string, unknown>[] = [];
  const complain = (fields: object, message: string): void => {
    complaints.push({ ...fields, message });
  };
  const { linkKey } = test;
  const signers = () => openLogSigners(store, createSealer(sealKey), test.engine.rowKey);
  const signing = new LogSigning({
    store,
    batches: (ledgerId, after, head, events) => new VerifyReads(sql, ledgerId).page(after, head, events),
    linkKey,
    signers,
    publisher: {
      publish: async (ledgerId, note) => {
        published.set(ledgerId, note);
      },
      read: async () => undefined,
      ...publisher,
    },
    log: { warn: complain, error: complain },
  });
  return {
    signing,
    store,
    published,
    complaints,
    signers,
    keyOf: async (ledgerId) => {
      const [first] = await signers();
      return logKeyText(
        logOrigin(linkKey.installation, ledgerId),
        (first as { publicKey: Buffer }).publicKey,
      );
    },
    end: () => sql.end({ timeout: 5 }),
  };
}
