/** Commands about the switch of a customer, decided by the fold of the ledger (fold-stop.ts). */
import type { Resumption } from '../../identity/stop.ts';
import type { Json } from '../../kernel/canonical-json.ts';

export interface StopPayments {
  readonly type: 'customer.stop';
  /** The random UUID that owns the accounts. */
  readonly customer: string;
}

export interface ResumePayments {
  readonly type: 'customer.resume';
  readonly customer: string;
  readonly resumption: Resumption;
}

export type StopCommand = StopPayments | ResumePayments;

export const isStopCommand = (command: { readonly type: string }): command is StopCommand =>
  command.type === 'customer.stop' || command.type === 'customer.resume';

/** What is asked for. Whom it is about stands in the path; `name` writes the number of a factor. */
export function stopPayload(command: StopCommand, name: (factor: number) => string): Record<string, Json> {
  if (command.type === 'customer.stop') return {};
  const { proof, waitSeconds } = command.resumption;
  return {
    ...(proof
      ? {
          factor: name(proof.factor),
          ...(proof.timeStep === null ? {} : { time_step: proof.timeStep }),
        }
      : {}),
    wait_seconds: waitSeconds,
  };
}
