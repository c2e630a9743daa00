/**
 * What the signer checks of each batch before it puts a root over it, from what is stored and the key of the links alone:
 *
 *   order       it begins behind the batch before, has an event for each number, and its time grows
 *   leaves      each is the hash of its body (RFC 6962 §2.1)
 *   link        the MAC over everything that it appended and over the batch before it (batch-rows.ts)
 *   sums        both sides of each leg: the entries of one position add up to zero
 *   continuity  each entry continues the one before it of its account: version, debits and credits
 *
 * Not the fold: that the rules allow what was appended is for `bahi verify`. It costs some microseconds an event.
 */
import { isTransferType, parseEvent } from '../../audit/event.ts';
import { leafHash } from '../../kernel/canonical-json.ts';
import { legOfPosition, numberOfPosition } from '../../ledger/transfer.ts';
import { type BatchColumns, type LinkKey, linkOf, rareText, TEXT_SEPARATOR } from '../batch-rows.ts';
import { integersText } from '../integer-text.ts';
import type { Head } from '../state.ts';
import type { StoredBatch } from '../verify/store.ts';

/** Totals of the newest entry of an account before a batch. */
export interface EntryTotals {
  readonly version: number;
  readonly debits: bigint;
  readonly credits: bigint;
}

const NO_ENTRY: EntryTotals = { version: 0, debits: 0n, credits: 0n };

/** Why this batch is not signed; undefined: it may be. */
export function batchFlaw(
  batch: StoredBatch,
  previous: Head,
  linkKey: LinkKey,
  ledgerId: number,
): string | undefined {
  const { first, last, at, events, columns } = batch;
  const name = `the batch of events ${first} to ${last}`;
  if (first !== previous.number + 1 || events !== last - first + 1)
    return `${name} has ${events} events and stands behind event ${previous.number}`;
  if (at <= previous.at || batch.otherTime) return `${name} has a time that does not follow`;
  const bodies = columns.bodies.split(TEXT_SEPARATOR);
  if (bodies.map(leafHash).join('') !== batch.leafHashes) return `a leaf of ${name} is not that of its body`;
  if (batch.keyVersion !== linkKey.version) return `the link of ${name} is by another key`;
  const link = linkOf(linkKey, ledgerId, previous, at, events, wholeColumns(batch, bodies));
  return link === batch.link ? undefined : `the link of ${name} is not the one that its rows give`;
}

/** The columns of the link, in its order: search rows follow from the bodies. */
function wholeColumns({ first, columns, rare }: StoredBatch, bodies: readonly string[]): BatchColumns {
  const { touched, ...stored } = columns;
  const search = searchRows(bodies, first);
  return {
    ...stored,
    searchFields: search.map(([field]) => field).join(TEXT_SEPARATOR),
    searchValues: search.map(([, value]) => value).join(TEXT_SEPARATOR),
    searchNumbers: integersText(search, ([, , number]) => number),
    touched,
    rare: rare ? rareText(rare) : '',
  };
}

/** As the fold makes them (addSearchRows in fold-transfer.ts). */
function searchRows(bodies: readonly string[], first: number): (readonly [string, string, number])[] {
  return bodies.flatMap((body, i) => {
    if (!/"(?:reference|metadata|reason)":/.test(body)) return [];
    const { type, data } = parseEvent(body);
    if (!isTransferType(type)) return [];
    const { reference, metadata, reason } = data as {
      reference?: string;
      metadata?: Record<string, string>;
      reason?: string;
    };
    const number = first + i;
    const named = Object.keys(metadata ?? {}).sort();
    return [
      ...(reference === undefined ? [] : [['reference', reference, number] as const]),
      ...named.map((name) => [`metadata.${name}`, String(metadata?.[name]), number] as const),
      ...(reason === undefined ? [] : [['reason', reason, number] as const]),
    ];
  });
}

/** Accounts and the positions of their first entries in these batches: what continuity is asked of the database for. */
export function firstEntries(batches: readonly StoredBatch[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const { columns } of batches) {
    const positions = list(columns.positions);
    for (const [i, account] of list(columns.accounts).entries())
      if (!first.has(account)) first.set(account, positions[i] as string);
  }
  return first;
}

/** Why the entries of these batches do not continue `before`, totals by account; undefined: they do, each leg with both sides. */
export function entriesFlaw(
  batches: readonly StoredBatch[],
  before: ReadonlyMap<string, EntryTotals>,
): string | undefined {
  const newest = new Map(before);
  for (const { columns } of batches) {
    const [accounts, positions, amounts, debits, credits, versions] = [
      columns.accounts,
      columns.positions,
      columns.amounts,
      columns.debits,
      columns.credits,
      columns.versions,
    ].map(list) as [string[], string[], string[], string[], string[], string[]];
    const sums = new Map<string, bigint>();
    for (const [i, account] of accounts.entries()) {
      const position = positions[i] as string;
      const amount = BigInt(amounts[i] as string);
      const known = newest.get(account) ?? NO_ENTRY;
      const now = {
        version: Number(versions[i]),
        debits: BigInt(debits[i] as string),
        credits: BigInt(credits[i] as string),
      };
      const moved = now.credits - known.credits - (now.debits - known.debits);
      if (now.version !== known.version + 1 || moved !== amount || now.debits < known.debits)
        return `the entry of account ${account} at event ${numberOfPosition(Number(position))} does not continue the one before it`;
      newest.set(account, now);
      if (amount !== 0n) sums.set(position, (sums.get(position) ?? 0n) + amount);
    }
    for (const [position, sum] of sums)
      if (sum !== 0n)
        return `leg ${legOfPosition(Number(position))} of event ${numberOfPosition(Number(position))} does not sum to zero`;
  }
  return undefined;
}

const list = (text: string): string[] => (text === '{}' ? [] : text.slice(1, -1).split(','));
