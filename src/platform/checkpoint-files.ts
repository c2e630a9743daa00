/**
 * Newest checkpoints outside the database: a file for each log, `<directory>/<installation>/<ledger>.checkpoint`, mode 0644.
 * Replaced as a whole (a draft, synced, renamed, the directory synced), so that a reader and a crash meet either note.
 */
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLedgerId } from '../kernel/id.ts';

export interface CheckpointFiles {
  readonly directory: string;
  /** Fails with an Error that names the directory. */
  publish(ledgerId: number, note: string): Promise<void>;
}

export function checkpointFiles(directory: string, installation: string): CheckpointFiles {
  const folder = join(directory, installation);
  return {
    directory: folder,
    async publish(ledgerId, note) {
      try {
        await mkdir(folder, { recursive: true });
        await replace(join(folder, `${formatLedgerId(ledgerId)}.checkpoint`), note);
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
