/**
 * The two passes over a file: checking every row, and posting what the rows ask for in their order.
 */
import { type Actor, type Command, type Item, makeItem } from '../command.ts';
import type { ItemResult } from '../fold.ts';
import type { Engine } from '../use-case.ts';
import { changedFile, type FileReader } from './file-reader.ts';
import { InFlight } from './in-flight.ts';

export type ImportPhase = 'check' | 'accounts' | 'openings' | 'payments';

/** Rows settled of all rows of the phase; while checking, bytes. Called about once a chunk. */
export type OnProgress = (phase: ImportPhase, done: number, total: number) => void;

export interface PassContext {
  readonly ledgerId: number;
  readonly actor: Actor;
  readonly requestId: string;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

export interface Checked {
  /** SHA-256 of the bytes, lower-case hex. */
  readonly digest: string;
  readonly rows: number;
}

/** Items submitted together. */
const SLICE = 500;

/** Fails with MalformedFile at the first row that is wrong. */
export async function check<T>(
  reader: FileReader<T>,
  { signal, onProgress }: PassContext,
  bytesBefore: number,
  bytesTotal: number,
  onRow: (meaning: T, line: number) => void = () => {},
): Promise<Checked> {
  const reading = reader.read();
  let rows = 0;
  for await (const batch of reading.batches) {
    if (signal.aborted) break;
    for (const { meaning, line } of batch) onRow(meaning, line);
    rows += batch.length;
    onProgress('check', bytesBefore + reading.bytesRead(), bytesTotal);
  }
  return { digest: reading.digest(), rows };
}

export interface Posting<T> {
  readonly phase: ImportPhase;
  readonly reader: FileReader<T>;
  readonly checked: Checked;
  /** Key and command of a row; undefined when it asks for nothing. */
  intentOf(meaning: T, line: number): readonly [key: string, command: Command] | undefined;
  onSettled(line: number, outcome: ItemResult): void;
}

/** Ensures: without a failure or an abort, every row is settled and the file is the one that was checked. */
export async function post<T>(engine: Engine, context: PassContext, posting: Posting<T>): Promise<void> {
  const { ledgerId, actor, requestId, patienceMs, signal, onProgress } = context;
  const { phase, reader, checked, intentOf } = posting;
  const reading = reader.read();
  let nothingAsked = 0;
  let settled = 0;
  const onSettled = (line: number, outcome: ItemResult): void => {
    settled++;
    posting.onSettled(line, outcome);
  };
  const inFlight = new InFlight({ posters: engine.posters, ledgerId, patienceMs, onSettled });
  const feed = async (): Promise<void> => {
    for await (const batch of reading.batches) {
      for (let start = 0; start < batch.length && !signal.aborted; start += SLICE) {
        const slice = { lines: [] as number[], items: [] as Item[] };
        for (const { meaning, line } of batch.slice(start, start + SLICE)) {
          const intent = intentOf(meaning, line);
          if (!intent) {
            nothingAsked++;
            continue;
          }
          slice.lines.push(line);
          slice.items.push(makeItem(ledgerId, intent[1], actor, intent[0], requestId));
        }
        if (slice.items.length > 0) await inFlight.add(slice);
        onProgress(phase, settled + nothingAsked, checked.rows);
      }
      if (signal.aborted) break;
    }
    await inFlight.drain();
    onProgress(phase, settled + nothingAsked, checked.rows);
  };
  try {
    await Promise.race([feed(), inFlight.gaveUp]);
  } finally {
    inFlight.abandon();
  }
  if (!signal.aborted && reading.digest() !== checked.digest) throw changedFile(reader.file);
}
