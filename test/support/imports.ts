/** Imports into a test's own ledger as the command line makes them, and what the ledger looks like afterwards. */
import type { ImportFile } from '../../src/engine/imports/import-file.ts';
import { type ImportReport, type ImportRequest, importFiles } from '../../src/engine/imports/import-files.ts';
import type { Reads } from '../../src/engine/reads.ts';
import { balancesOf } from '../../src/ledger/account.ts';
import type { TestEngine } from './engine.ts';

export type ImportOptions = Partial<Omit<ImportRequest, 'payments' | 'accounts'>> & {
  readonly accounts?: ImportFile;
};

export const importInto = (
  { engine, ledgerId, shell }: TestEngine,
  payments: ImportFile,
  options: ImportOptions = {},
): Promise<ImportReport> =>
  importFiles(engine, {
    ledgerId,
    actor: shell,
    requestId: 'req_import',
    payments,
    paymentMapping: {},
    accounts: undefined,
    accountMapping: {},
    currency: 'INR',
    floor: 0n,
    id: undefined,
    patienceMs: 60_000,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...options,
  });

/** Posted balances in minor units by code, the account of opening balances left out. */
export async function balancesIn(reads: Reads, ledgerId: number): Promise<Map<string, bigint>> {
  const balances = new Map<string, bigint>();
  let beyond: number | null = null;
  for (;;) {
    const { rows } = await reads.accounts(ledgerId, {}, { beyond, descending: false, count: 1000 });
    for (const state of rows) {
      const { code, kind } = state.identity;
      if (!code.startsWith('opening-balances-')) balances.set(code, balancesOf(kind, state).posted);
      beyond = state.identity.id;
    }
    if (rows.length < 1000) return balances;
  }
}

/** Number of the newest event. */
export async function headOf(reads: Reads, ledgerId: number): Promise<number> {
  let head = 0;
  for (;;) {
    const page = await reads.events(ledgerId, head, 1000);
    head = Number(page.at(-1)?.number ?? head);
    if (page.length < 1000) return head;
  }
}
