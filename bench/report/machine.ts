/** What the figures were measured on. */
import { statfs } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  801189825: 'zfs',
  16914836: 'tmpfs (in memory: commits cost nothing)',
  2035054128: 'overlayfs',
};

export async function machine(dataDir: string): Promise<Record<string, string>> {
  const [cpu] = cpus();
  const { type } = await statfs(dataDir);
  return {
    processor: `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
    'file system of the data': FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`,
    node: process.version,
  };
}
