/** A checkpoint (C2SP tlog-checkpoint): the size and the root of a log, as lines of a signed note. */
import { strictBase64 } from '../kernel/base64.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { EMPTY_ROOT, HASH_BYTES } from './merkle.ts';

export interface Checkpoint {
  /** Which log. */
  readonly origin: string;
  /** Leaves. */
  readonly size: bigint;
  readonly root: Buffer;
  /** Further lines, whose meaning is the log's own. */
  readonly extensions: readonly string[];
}

const SIZE_MAX = 2n ** 63n - 1n;

/** Of the text of an opened note, its last line feed included. */
export function parseCheckpoint(text: string): Result<Checkpoint, string> {
  const [origin = '', size = '', root = '', ...extensions] = text.replace(/\n$/, '').split('\n');
  if (origin === '') return err('its first line names no log');
  if (!/^(0|[1-9][0-9]{0,18})$/.test(size) || BigInt(size) > SIZE_MAX)
    return err('its second line is no number of leaves');
  const hash = strictBase64(root);
  if (hash?.length !== HASH_BYTES) return err('its third line is no root in base64');
  if (extensions.includes('')) return err('one of its further lines is empty');
  if (size === '0' && !hash.equals(EMPTY_ROOT)) return err('its root is not that of an empty log');
  return ok({ origin, size: BigInt(size), root: hash, extensions });
}
