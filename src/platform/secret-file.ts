/** Files for the eyes of their owner alone. */
import { rm, writeFile } from 'node:fs/promises';

/** Writes a file of mode 0600, in place of one that stands there (whatever its mode). Fails where the directory is missing. */
export async function writeSecretFile(file: string, text: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
}
