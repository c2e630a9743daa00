/**
 * Commands about the signed logs, in the log of the installation: checkpoints of ledgers, so that its own checkpoint vouches for
 * theirs, and changes of the keys that sign. They change nothing themselves.
 */
import type { Json } from '../../kernel/canonical-json.ts';

export type LogCommand =
  | {
      readonly type: 'log.checkpoint';
      /** Public id. */
      readonly ledger: string;
      readonly size: number;
      /** Base64. */
      readonly root: string;
    }
  /** Recorded before the next key signs: the checkpoint that covers this event is signed by the key before as well. */
  | {
      readonly type: 'log_key.rotate' /** Public keys in base64. */;
      readonly from: string;
      readonly to: string;
    }
  | { readonly type: 'log_key.retire'; readonly key: string };

export const isLogCommand = (command: { readonly type: string }): command is LogCommand =>
  /^log(_key)?\./.test(command.type);

export function logJson(command: LogCommand): Record<string, Json> {
  switch (command.type) {
    case 'log.checkpoint':
      return { ledger: command.ledger, root: command.root, size: String(command.size) };
    case 'log_key.rotate':
      return { from: command.from, to: command.to };
    case 'log_key.retire':
      return { key: command.key };
  }
}
