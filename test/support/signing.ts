/** The signer of a test: its own connection and lock, notes kept in memory or on disk, and what it complained of. */
import { randomBytes } from 'node:crypto';
import { type LogSigner, logKeyText, logOrigin } from '../../src/audit/log-note.ts';
import { openLogSigners, rotateLogKey } from '../../src/engine/audit/log-keys.ts';
import { LogSigning, type Publisher } from '../../src/engine/audit/signing.ts';
import { AuditStore } from '../../src/engine/audit/store.ts';
import { submitOnce } from '../../src/engine/submit-once.ts';
import { VerifyReads } from '../../src/engine/verify/store.ts';
import { defined } from '../../src/kernel/assert.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { createSealer } from '../../src/platform/seal.ts';
import { testPool } from './cluster.ts';
import type { TestEngine } from './engine.ts';

export interface TestSigner {
  readonly signing: LogSigning;
  readonly store: AuditStore;
  /** Newest notes by ledger. */
  readonly published: Map<number, string>;
  readonly complaints: Record<string, unknown>[];
  /** Adds the next key, recorded as an event. */
  rotate(): Promise<boolean>;
  /** The keys that sign. */
  signers(): Promise<readonly LogSigner[]>;
  /** What a verifier of this log is given: the first key, or another one. */
  keyOf(ledgerId: number, at?: number): Promise<string>;
  end(): Promise<void>;
}

const sealKeys = new WeakMap<TestEngine, Buffer>();

export function openSigner(
  test: TestEngine,
  publisher: Partial<Publisher> = {},
  checkedMax?: number,
): TestSigner {
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
    ...(checkedMax === undefined ? {} : { checkedMax }),
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
    rotate: () =>
      rotateLogKey(store, createSealer(sealKey), test.engine.rowKey, (from, to) =>
        submitOnce(
          test.engine,
          { actor: test.shell, ledgerId: INSTALLATION_LEDGER, requestId: 'req_rotate' },
          { type: 'log_key.rotate', from: from.toString('base64'), to: to.toString('base64') },
        ),
      ),
    keyOf: async (ledgerId, at = 0) => {
      const key = defined((await store.keys())[at], 'a key of the logs');
      return logKeyText(logOrigin(linkKey.installation, ledgerId), key.publicKey);
    },
    end: () => sql.end({ timeout: 5 }),
  };
}
