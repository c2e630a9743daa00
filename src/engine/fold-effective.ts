/** The rows that date entries: one for each that a transfer with an effective time has added. */
import { effectiveRow } from '../ledger/effective.ts';
import type { FoldContext } from './fold.ts';

/** `first` is the place of the transfer's first entry in the batch. Without an effective time there is nothing to do. */
export function addEffective({ rows }: FoldContext, first: number, effectiveAt: number | undefined): void {
  if (effectiveAt === undefined) return;
  for (const entry of rows.entries.slice(first))
    rows.rare.effective.push([...effectiveRow(entry, effectiveAt)]);
}
