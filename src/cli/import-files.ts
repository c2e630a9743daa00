/** The files that `bahi import` is given: regular ones, since each is read twice. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ImportFile } from '../engine/imports/import-file.ts';
import { VerbFailed } from './errors.ts';

/** Fails with VerbFailed when it cannot be read. */
export async function importFile(path: string): Promise<ImportFile> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new VerbFailed('file_unreadable', `${path} cannot be read (${cause.code})`);
  });
  if (!found.isFile())
    throw new VerbFailed('file_unreadable', `${path} is no regular file: save it first, it is read twice`);
  return { name: path, bytes: found.size, open: () => createReadStream(path) };
}
