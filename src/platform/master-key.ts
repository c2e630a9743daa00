/**
 * The master key: 32 bytes from which every other key of the installation is derived.
 *
 * It stands outside the database, so that a database administrator cannot forge links or keys. On the embedded
 * database it is made at the first start, in a file of the data directory that only its owner can read. Losing
 * it means that the log can no longer be continued: back it up apart from the database.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../kernel/result.ts';
import { explainDirectory } from '../kernel/unusable-directory.ts';

const KEY_BYTES = 32;

/** 64 hexadecimal digits, or base64 (either alphabet, padded or not) of exactly 32 bytes. */
export function parseMasterKey(text: string): Buffer | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}

/** Fails with a sentence that names the file, never its content. */
export function readMasterKeyFile(file: string): Result<Buffer, string> {
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
      return err(`${file} can be read by others than its owner: chmod 600 ${file}`);
    const key = parseMasterKey(readFileSync(file, 'utf8').trim());
    return key === undefined ? err(`${file} must hold 32 bytes as 64 hexadecimal digits or base64`) : ok(key);
  } catch (cause) {
    return err(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

/** The configured key; without one, the data directory's own, made when it is not there. Two first starts agree. */
export async function masterKey(config: {
  readonly dataDir: string;
  readonly masterKey: Buffer | undefined;
}): Promise<Buffer> {
  if (config.masterKey !== undefined) return config.masterKey;
  const file = join(config.dataDir, 'master.key');
  await createKeyFile(file).catch((cause: NodeJS.ErrnoException) => {
    const problem = explainDirectory(config.dataDir, cause.code);
    throw problem === undefined ? cause : new Error(problem, { cause });
  });
  const key = readMasterKeyFile(file);
  if (!key.ok) throw new Error(`The master key ${key.error}`);
  return key.value;
}

/** Written and synced under another name, then linked into place: link() fails when the name is taken. */
async function createKeyFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o711 });
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return;
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await handle.sync();
    await handle.close();
    await link(draft, file).catch(ignoreExisting);
    if (process.platform !== 'win32') await syncDirectory(dirname(file));
  } finally {
    await rm(draft, { force: true });
  }
}

function ignoreExisting(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'EEXIST') throw cause;
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync();
  await handle.close();
}
