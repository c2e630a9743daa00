/**
 * The command by which denials are recorded: requests of one caller that were denied for one reason at one operation in one
 * minute. Of a key it is an event of the key's own ledger, of everybody else one of the installation's log. The engine alone
 * submits it; it changes nothing.
 */
import type { Json } from '../../kernel/canonical-json.ts';

/** Who was denied, one of these. */
export type DeniedCaller =
  | { readonly key: string }
  | { readonly operator: string; readonly session: string }
  /** A keyed hash of the address: tells which are the same, and nothing about any. */
  | { readonly source: string };

export interface RecordDenials {
  readonly type: 'access.denied';
  /** Start of the minute, microseconds since 1970, by the server's clock. */
  readonly minute: number;
  readonly who: DeniedCaller;
  /** Name of the use case. */
  readonly operation: string;
  /** Code of the failure that was answered. */
  readonly code: string;
  readonly count: number;
}

export const denialsJson = ({
  minute,
  who,
  operation,
  code,
  count,
}: RecordDenials): Record<string, Json> => ({
  ...who,
  minute: String(minute),
  operation,
  code,
  count,
});
