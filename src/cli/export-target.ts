/**
 * Where an export goes. A file is written under another name beside its own, synced, and put in place at the end, so
 * that nobody ever reads half of one; without --force it never replaces anything.
 */
import { randomBytes } from 'node:crypto';
import { access, link, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { VerbFailed } from './errors.ts';
import { isReaderGone, outputFailed } from './output.ts';

/** Waits for a slow reader; one that has gone away ends it quietly. */
export async function toStandardOutput(text: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(text, { highWaterMark: 1 }), process.stdout, { end: false });
  } catch (cause) {
    // A database's errors come as DatabaseFault, without a system call.
    const { syscall } = cause as NodeJS.ErrnoException;
    if (isReaderGone(cause as Error)) return;
    throw syscall === 'write' ? outputFailed(cause as Error) : cause;
  }
}

const taken = (path: string): VerbFailed =>
  new VerbFailed('file_exists', `${path} exists: choose another name, or replace it with --force`);

/** Fails with VerbFailed before any work is done. */
export async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw taken(path);
}

export async function toFile(text: AsyncIterable<string>, path: string, replace: boolean): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(draft, 'wx').catch((cause: NodeJS.ErrnoException) => {
    throw new VerbFailed('file_unwritable', `${path} cannot be written (${cause.code})`);
  });
  try {
    try {
      for await (const part of text) await handle.write(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (replace) await rename(draft, path);
    else await link(draft, path).catch(refuseTaken(path));
  } finally {
    await rm(draft, { force: true });
  }
}

/** link() fails where a name is taken, however it came there meanwhile. */
const refuseTaken =
  (path: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw cause.code === 'EEXIST' ? taken(path) : cause;
  };
