/** What the verifier reads of the trees: pages by the numbers of the log, and in the end what no page came to. */

import type { TreeNode } from '../../audit/tree.ts';
import { call, type Sql } from '../../db/connect.ts';
import type { StoredLogKey } from '../audit/log-keys.ts';
import { AuditStore } from '../audit/store.ts';
import type { StoredTreeCheckpoint } from './check-tree.ts';

/** Longer than any page takes on a busy machine; the server's own statement timeout is shorter. */
const READ = { deadlineMs: 60_000, read: true } as const;

export interface TreePage {
  readonly checkpoints: readonly StoredTreeCheckpoint[];
  readonly nodes: readonly TreeNode[];
}

export interface TreeStrays {
  /** Sizes. */
  readonly checkpoints: readonly number[];
  readonly nodes: readonly (readonly [level: number, position: number])[];
}

interface PageRow {
  readonly checkpoints: readonly (readonly [number, number, string, string])[];
  readonly nodes: readonly (readonly [number, number, string])[];
}

export class TreeReads {
  readonly #sql: Sql;
  readonly #store: AuditStore;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#store = new AuditStore(sql);
  }

  keys(): Promise<readonly StoredLogKey[]> {
    return this.#store.keys();
  }

  /** 0 where there is no checkpoint. */
  async newestSize(ledgerId: number): Promise<number> {
    return (await this.#store.newest(ledgerId))?.size ?? 0;
  }

  /** What ends behind a number, up to another. */
  async page(ledgerId: number, after: number, last: number): Promise<TreePage> {
    const [row] = await call(
      () => this.#sql<{ r: PageRow }[]>`
        select bahi.tree_page(${ledgerId}::integer, ${after}::bigint, ${last}::bigint) as r`,
      READ,
    );
    const { checkpoints, nodes } = (row as { r: PageRow }).r;
    return {
      checkpoints: checkpoints.map(([size, previousSize, root, note]) => ({
        size,
        previousSize,
        root: Buffer.from(root, 'hex'),
        note,
      })),
      nodes: nodes.map(([level, position, hash]) => ({ level, position, hash: Buffer.from(hash, 'hex') })),
    };
  }

  async strays(ledgerId: number): Promise<TreeStrays> {
    const [row] = await call(
      () => this.#sql<{ r: TreeStrays }[]>`select bahi.tree_strays(${ledgerId}::integer) as r`,
      READ,
    );
    return (row as { r: TreeStrays }).r;
  }
}
