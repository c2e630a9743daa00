/**
 * The command by which changes of the wrapping of data keys are recorded in the installation's log, before they are made: what
 * could not be recorded does not happen. It changes nothing itself.
 */
import type { Json } from '../../kernel/canonical-json.ts';

export interface RecordKeyChange {
  readonly type: 'master_key.rewrap' | 'master_key.retire';
  /** The key that wraps so far. */
  readonly from: string;
  /** The one that takes its place, or has taken it. */
  readonly to: string;
}

export const keyChangeJson = ({ from, to }: RecordKeyChange): Record<string, Json> => ({ from, to });
