/**
 * Newest checkpoints outside the database: a file for each log, `<directory>/<installation>/<ledger>.checkpoint`, mode 0644.
 * Replaced as a whole (a draft, synced, renamed, the directory synced), so that a reader and a crash meet either note.
 */
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedgerId, parseLedgerId } from '../kernel/id.ts';

export interface CheckpointFiles {
  /** Fails with an Error that names the directory. */
  publish(ledgerId: number, note: string): Promise<void>;
  /** Undefined where none was kept. Fails with an Error that names the file. */
  read(ledgerId: number): Promise<KeptNote | undefined>;
  /** Every note that is kept. Fails as `read` does. */
  list(): Promise<readonly KeptNote[]>;
}

export interface KeptNote {
  readonly ledgerId: number;
  /** The file. */
  readonly where: string;
  readonly note: string;
}

const ENDING = '.checkpoint';

export function checkpointFiles(directory: string, installation: string): CheckpointFiles {
  const folder = join(directory, installation);
  const fileOf = (ledgerId: number): string => join(folder, `${formatLedgerId(ledgerId)}${ENDING}`);
  const read = async (ledgerId: number): Promise<KeptNote | undefined> => {
    const where = fileOf(ledgerId);
    const note = await unlessMissing(where, readFile(where, 'utf8'));
    return note === undefined ? undefined : { ledgerId, where, note };
  };
  return {
    read,
    async list() {
      const names = (await unlessMissing(folder, readdir(folder))) ?? [];
      const kept = names.flatMap((name) => {
        const ledgerId = name.endsWith(ENDING) ? parseLedgerId(name.slice(0, -ENDING.length)) : undefined;
        return ledgerId === undefined ? [] : [ledgerId];
      });
      return (await Promise.all(kept.map(read))).filter((note) => note !== undefined);
    },
    async publish(ledgerId, note) {
      try {
        await mkdir(folder, { recursive: true });
        await replace(fileOf(ledgerId), note);
        await sync(folder);
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        throw new Error(
          `the directory ${folder} cannot be written (${code}): make it writable, or name another in BAHI_CHECKPOINT_DIR`,
          { cause },
        );
      }
    },
  };
}

/** What could not be read may say that nothing is to be posted: it is not taken for nothing. */
async function unlessMissing<T>(path: string, reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Error(
      `${path} cannot be read (${code}): make it readable, or name another directory in BAHI_CHECKPOINT_DIR`,
      { cause },
    );
  }
}

async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.draft`;
  const handle = await open(draft, 'w', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

/** Windows syncs no directories. */
async function sync(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
